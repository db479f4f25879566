package io.linkspan.provider.caldav;

import io.linkspan.platform.egress.*;
import java.io.IOException;
import java.net.http.*;
import java.time.Duration;
import java.util.*;

/** Temporary. */
public final class PlainEgress implements Egress {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Override
  public Exchange send(OutboundRequest r) {
    var b =
        HttpRequest.newBuilder(r.uri())
            .method(r.method(), HttpRequest.BodyPublishers.ofByteArray(r.body()))
            .timeout(r.limits().deadline());
    r.headers().forEach((n, vs) -> vs.forEach(v -> b.header(n, v)));
    try {
      var a = http.send(b.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (a.body().length > r.limits().bodyBytes()) {
        return new Exchange.Failed(
            Exchange.Reason.TOO_LARGE, "The answer is too large.", Duration.ZERO);
      }
      return new Exchange.Answered(
          r.uri(),
          a.statusCode(),
          new HashMap<>(a.headers().map()),
          a.body(),
          false,
          Duration.ZERO);
    } catch (HttpTimeoutException e) {
      return new Exchange.Failed(Exchange.Reason.TIMEOUT, "It took too long.", Duration.ZERO);
    } catch (java.net.ConnectException e) {
      return new Exchange.Failed(
          Exchange.Reason.UNREACHABLE, "It cannot be reached.", Duration.ZERO);
    } catch (IOException e) {
      return new Exchange.Failed(Exchange.Reason.BROKEN_OFF, "It broke off.", Duration.ZERO);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
