package io.linkspan.platform.http;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** ResponseSchemas what is not even HTTP, or exceeds its limits, before any of our code sees it. */
final class ProtocolErrors extends ErrorHandler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    String id = UUID.randomUUID().toString();
    byte[] body = ((Answer.Whole) Answer.of(problem(status), id)).bytes();
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.CONTENT_TYPE, "application/problem+json");
    headers.put(HttpHeader.CONTENT_LENGTH, body.length);
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Request-Id", id);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  private static Problem problem(int status) {
    return switch (status) {
      case 408 ->
          Problem.of(408, "request_timeout", "Request timeout", "The request came too slowly.");
      case 414 -> Problem.of(414, "uri_too_long", "URI too long", "The address is too long.");
      case 431 ->
          Problem.of(431, "headers_too_large", "Headers too large", "The headers are too large.");
      case 503 -> Problem.of(503, "unavailable", "Service unavailable", "The server is stopping.");
      default ->
          status >= 500
              ? Problem.of(status, "internal", "Internal error", "The server failed.")
              : Problem.of(
                  status,
                  "malformed_request",
                  "Bad request",
                  "This is not HTTP as RFC 9112 has it.");
    };
  }
}
