package io.linkspan.platform.egress;

import io.linkspan.platform.egress.Exchange.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;

/**
 * Tells what went wrong. The libraries' messages are not repeated: they quote what came over the
 * wire.
 */
final class Failures {
  private Failures() {}

  static Failure badAddress(BadAddress e) {
    return new Failure(Reason.BAD_ADDRESS, "The address " + e.getMessage());
  }

  static Failure badRedirect(String from, BadAddress e) {
    return new Failure(
        Reason.BAD_ADDRESS, from + " redirected to an address that " + e.getMessage());
  }

  static Failure forbidden(WebAddress address, String kind) {
    return new Failure(
        Reason.FORBIDDEN_ADDRESS,
        address.authority()
            + (address.literal().isPresent() ? " is " : " leads to ")
            + kind
            + ", which is not allowed"
            + (kind.equals(PublicAddresses.METADATA)
                ? ""
                : "; the operator can allow a network with LINKSPAN_EGRESS_ALLOW"));
  }

  static Failure unknownHost(String host) {
    return new Failure(Reason.UNKNOWN_HOST, "There is no host named " + host + ", or DNS is down");
  }

  static Failure slowDns(String host, Deadline deadline) {
    return new Failure(
        Reason.TIMEOUT, "The name " + host + " was not resolved within " + seconds(deadline));
  }

  static Failure noFreeConnection(String authority, Deadline deadline) {
    return new Failure(
        Reason.NOT_BEGUN,
        "No connection to " + authority + " became free within " + seconds(deadline));
  }

  static Failure stopped(String authority) {
    return new Failure(
        Reason.BROKEN_OFF, "The call to " + authority + " was stopped from this side");
  }

  static Failure connecting(IOException e, String authority, Deadline deadline, Duration patience) {
    return switch (e) {
      case IOException _ when deadline.hasPassed() ->
          new Failure(
              Reason.TIMEOUT,
              authority + " did not accept a connection within " + seconds(deadline));
      case SSLException tls -> new Failure(Reason.TLS, tls(tls, authority));
      case ConnectTimeoutException _ ->
          new Failure(
              Reason.UNREACHABLE,
              authority + " did not accept a connection within " + seconds(patience));
      case SocketTimeoutException _ ->
          new Failure(Reason.TIMEOUT, authority + " stalled while TLS was negotiated");
      case NoRouteToHostException _ ->
          new Failure(Reason.UNREACHABLE, "There is no route to " + authority);
      case UnknownHostException _ -> unknownHost(authority);
      case ConnectException _ ->
          new Failure(Reason.UNREACHABLE, authority + " refused the connection");
      default -> new Failure(Reason.UNREACHABLE, authority + " could not be reached");
    };
  }

  static Failure exchanging(IOException e, String authority, Deadline deadline) {
    return switch (e) {
      case IOException _ when deadline.hasPassed() ->
          new Failure(
              Reason.TIMEOUT, authority + " did not finish its answer within " + seconds(deadline));
      case SSLException tls -> new Failure(Reason.TLS, tls(tls, authority));
      case MessageConstraintException _ ->
          new Failure(Reason.TOO_LARGE, authority + " answered with headers that are too large");
      case TruncatedChunkException _ -> brokenOff(authority);
      case MalformedChunkCodingException _ ->
          new Failure(Reason.NONSENSE, authority + " answered with broken chunks");
      case NoHttpResponseException _ ->
          new Failure(Reason.BROKEN_OFF, authority + " closed the connection instead of answering");
      case ConnectionClosedException _ -> brokenOff(authority);
      default -> new Failure(Reason.BROKEN_OFF, "The connection to " + authority + " broke");
    };
  }

  static Failure notHttp(String authority) {
    return new Failure(Reason.NONSENSE, "What " + authority + " answered is not HTTP/1.1");
  }

  private static Failure brokenOff(String authority) {
    return new Failure(
        Reason.BROKEN_OFF, authority + " closed the connection before its answer was whole");
  }

  private static String tls(SSLException e, String authority) {
    boolean untrusted = false;
    String certificate = "The certificate of " + authority;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      switch (cause) {
        case CertificateExpiredException _ -> {
          return certificate + " has expired";
        }
        case CertificateNotYetValidException _ -> {
          return certificate + " is not valid yet";
        }
        // its own cause may be that a certificate has expired
        case CertPathBuilderException _, CertPathValidatorException _ -> untrusted = true;
        case CertificateException _
            when message.startsWith("No subject alternative")
                || message.startsWith("No name matching") -> {
          return certificate + " is for another name";
        }
        case SSLException _ when message.contains("Unsupported or unrecognized SSL message") -> {
          return authority + " does not speak TLS";
        }
        default -> {
          continue;
        }
      }
    }
    if (untrusted) {
      return certificate + " is not signed by an authority that this server trusts";
    }
    return "No TLS connection to " + authority + " could be negotiated";
  }

  private static String seconds(Deadline deadline) {
    return seconds(deadline.whole());
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
