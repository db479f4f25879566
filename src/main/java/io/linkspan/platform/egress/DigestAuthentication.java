package io.linkspan.platform.egress;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.AuthenticationException;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.client5.http.auth.MalformedChallengeException;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.AuthChallengeParser;
import org.apache.hc.client5.http.impl.auth.DigestScheme;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.message.ParserCursor;
import org.jspecify.annotations.Nullable;

/**
 * Answers one server's Digest challenges for one account (RFC 7616: SHA-512-256, SHA-256 and MD5,
 * {@code qop=auth}), with the HTTP client's own algorithm. A nonce serves many requests, each under
 * the next {@code nc}, until the server names another.
 */
public final class DigestAuthentication {
  /** The best first; a challenge without algorithm means MD5. */
  private static final List<String> ALGORITHMS = List.of("SHA-512-256", "SHA-256", "MD5");

  private final UsernamePasswordCredentials credentials;
  private @Nullable DigestScheme scheme;

  public DigestAuthentication(String username, Secret password) {
    this.credentials = new UsernamePasswordCredentials(username, password.reveal().toCharArray());
  }

  /**
   * Takes what a 401 asks for.
   *
   * @param challenges the values of {@code WWW-Authenticate}
   * @return whether it is worth asking again: there is a challenge to answer, and no fresh answer
   *     to it was refused
   */
  public synchronized boolean challenged(List<String> challenges) {
    var best =
        challenges.stream()
            .flatMap(DigestAuthentication::parsed)
            .filter(challenge -> "digest".equalsIgnoreCase(challenge.getSchemeName()))
            .filter(challenge -> rank(challenge) < ALGORITHMS.size())
            .min(Comparator.comparingInt(DigestAuthentication::rank));
    if (best.isEmpty()) {
      return false;
    }
    var stale = "true".equalsIgnoreCase(parameter(best.get(), "stale"));
    if (scheme != null && scheme.getNounceCount() == 1 && !stale) {
      scheme = null;
      return false;
    }
    var next = new DigestScheme();
    try {
      next.processChallenge(best.get(), HttpClientContext.create());
    } catch (MalformedChallengeException _) {
      return false;
    }
    scheme = next;
    return true;
  }

  /** The value of {@code Authorization} for a request; empty before there was a challenge. */
  public synchronized Optional<String> authorization(String method, URI uri) {
    if (scheme == null) {
      return Optional.empty();
    }
    var context = HttpClientContext.create();
    var host = new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort());
    var target = WebAddress.parse(uri.toString(), Trust.USER).target();
    try {
      return scheme.isResponseReady(host, (_, _) -> credentials, context)
          ? Optional.of(
              scheme.generateAuthResponse(host, new BasicHttpRequest(method, target), context))
          : Optional.empty();
    } catch (AuthenticationException _) {
      // a challenge without realm or nonce: nothing to be answered
      scheme = null;
      return Optional.empty();
    }
  }

  private static Stream<AuthChallenge> parsed(String header) {
    try {
      return AuthChallengeParser.INSTANCE
          .parse(ChallengeType.TARGET, header, new ParserCursor(0, header.length()))
          .stream();
    } catch (ParseException _) {
      return Stream.empty();
    }
  }

  private static int rank(AuthChallenge challenge) {
    var named = parameter(challenge, "algorithm");
    var algorithm = named == null ? "MD5" : named.toUpperCase(Locale.ROOT);
    var rank = ALGORITHMS.indexOf(algorithm.replaceFirst("-SESS$", ""));
    return rank < 0 ? ALGORITHMS.size() : rank;
  }

  private static @Nullable String parameter(AuthChallenge challenge, String name) {
    return challenge.getParams() == null
        ? null
        : challenge.getParams().stream()
            .filter(parameter -> parameter.getName().equalsIgnoreCase(name))
            .map(NameValuePair::getValue)
            .findFirst()
            .orElse(null);
  }
}
