package io.linkspan.platform.http;

import io.linkspan.platform.time.Ids;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Every request from its first line to its line in the access log; the one error exit. */
final class Gateway {
  private static final Logger ACCESS = LoggerFactory.getLogger("io.linkspan.access");
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  /** Ids of others that are fit for logs: shorter than the tokens of sessions and API keys. */
  private static final Pattern SANE_ID = Pattern.compile("[A-Za-z0-9._:-]{8,40}");

  private final Site site;
  private final Authenticator authenticator;
  private final ClientAddress clients;
  private final AnswerWriter writer;
  private final UnreadBody unread;
  private final Ids ids;
  private final MeterRegistry metrics;

  Gateway(
      Site site,
      Authenticator authenticator,
      ClientAddress clients,
      AnswerWriter writer,
      UnreadBody unread,
      Ids ids,
      MeterRegistry metrics) {
    this.site = site;
    this.authenticator = authenticator;
    this.clients = clients;
    this.writer = writer;
    this.unread = unread;
    this.ids = ids;
    this.metrics = metrics;
  }

  /**
   * @throws IOException when the answer could not be sent whole; the connection must be closed
   */
  void serve(HttpServletRequest servletRequest, HttpServletResponse response) throws IOException {
    long start = System.nanoTime();
    var request = new RawRequest(servletRequest, clients);
    String requestId = requestId(request);
    response.setHeader("X-Request-Id", requestId);
    MDC.put("request_id", requestId);
    var served = new Served();
    try {
      exchange(request, response, requestId, served);
    } finally {
      MDC.remove("request_id");
      finished(request, response, requestId, served, System.nanoTime() - start);
    }
  }

  /** What became known of a request on its way. */
  private static final class Served {
    private String name = "none";
    private String path = "(unreadable)";
  }

  private void exchange(
      RawRequest request, HttpServletResponse response, String requestId, Served served)
      throws IOException {
    Answer answer;
    try {
      var destination = site.find(request);
      served.name = destination.name();
      served.path = destination.path();
      answer = destination.answer(requestId);
    } catch (Throwable thrown) {
      answer = failed(thrown, served, requestId);
    }
    boolean closing = answer.headers().containsKey("Connection");
    if (!closing && (isFaultilyFramed(request) || !unread.settle(request.servlet()))) {
      response.setHeader("Connection", "close");
    }
    try {
      writer.write(answer, request, response);
    } catch (IOException gone) {
      throw gone;
    } catch (Throwable broken) {
      if (response.isCommitted()) {
        LOG.error("{} broke off while answering, request {}", served.name, requestId, broken);
        throw new IOException("the answer broke off", broken);
      }
      response.reset();
      response.setHeader("X-Request-Id", requestId);
      writer.write(failed(broken, served, requestId), request, response);
    }
  }

  /**
   * A proxy of HTTP/1.0 does not know {@code Transfer-Encoding} and may have forwarded it unread:
   * where the next request begins is then anybody's guess (RFC 9112 6.1).
   */
  private static boolean isFaultilyFramed(RawRequest request) {
    return request.servlet().getProtocol().equals("HTTP/1.0")
        && request.header("Transfer-Encoding").isPresent();
  }

  private static Answer failed(Throwable thrown, Served served, String requestId) {
    return Answer.of(ErrorMapper.problem(thrown, served.name, requestId), requestId);
  }

  private String requestId(RawRequest request) {
    return request
        .header("X-Request-Id")
        .filter(id -> SANE_ID.matcher(id).matches() && !authenticator.isCredential(id))
        .orElseGet(() -> ids.next().toString());
  }

  private void finished(
      RawRequest request,
      HttpServletResponse response,
      String requestId,
      Served served,
      long nanos) {
    String status = Integer.toString(response.getStatus());
    Timer.builder("http.server.requests")
        .description("Time from the first line of a request to the last byte of its answer")
        .tag("operation", served.name)
        .tag("method", knownMethod(request.method()))
        .tag("status", status)
        .register(metrics)
        .record(nanos, TimeUnit.NANOSECONDS);
    ACCESS
        .atInfo()
        .addKeyValue("request_id", requestId)
        .addKeyValue("method", knownMethod(request.method()))
        .addKeyValue("path", served.path)
        .addKeyValue("operation", served.name)
        .addKeyValue("status", status)
        .addKeyValue("micros", nanos / 1_000)
        .addKeyValue("client", request.remoteAddress())
        .log("answered");
  }

  /** Anyone may invent methods; measurements must not grow with them. */
  private static String knownMethod(String method) {
    return switch (method) {
      case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> method;
      default -> "other";
    };
  }
}
