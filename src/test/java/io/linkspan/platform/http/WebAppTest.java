package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The files and deep links of the web application. */
class WebAppTest {
  private final WebApp app =
      new WebApp(
          Map.of(
              "index.html", bytes("<html>"),
              "favicon.svg", bytes("<svg/>"),
              "assets/main-Ab3dEf9h.js", bytes("plain"),
              "assets/main-Ab3dEf9h.js.br", bytes("br"),
              "assets/main-Ab3dEf9h.js.gz", bytes("gz")));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A request of which only method and headers are looked at. */
  private static RawRequest request(String method, Map<String, String> headers) {
    return new RawRequest(
        (HttpServletRequest)
            Proxy.newProxyInstance(
                WebAppTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (_, asked, arguments) ->
                    asked.getName().equals("getMethod") ? method : headers.get(arguments[0])),
        new ClientAddress(List.of()));
  }

  private Optional<Answer.Whole> get(String path, Map<String, String> headers) {
    return app.answer(PathTemplate.split(path), request("GET", headers))
        .map(Answer.Whole.class::cast);
  }

  private String body(String path, Map<String, String> headers) {
    return get(path, headers)
        .map(answer -> new String(answer.bytes(), StandardCharsets.UTF_8))
        .orElse("nothing");
  }

  @Test
  void everyPageOfTheApplicationIsItsIndex() {
    for (String path : List.of("/", "/calendars/", "/calendars/0199/conflicts")) {
      assertThat(body(path, Map.of("Accept", "text/html,*/*;q=0.8"))).as(path).isEqualTo("<html>");
    }
    assertThat(get("/", Map.of()).orElseThrow().headers())
        .containsEntry("Cache-Control", "no-cache");
  }

  @Test
  void whatIsTheServersOwnIsNoPage() {
    for (String path : List.of("/api/v1/nothing/", "/docs/x", "/feeds/x", "/missing.js", "/..")) {
      assertThat(body(path, Map.of("Accept", "text/html"))).as(path).isEqualTo("nothing");
    }
    assertThat(body("/calendars/", Map.of("Accept", "application/json"))).isEqualTo("nothing");
    assertThat(app.answer(List.of("calendars"), request("POST", Map.of()))).isEmpty();
  }

  @Test
  void aFileWithAHashInItsNameIsKeptForEver() {
    var answer = get("/assets/main-Ab3dEf9h.js", Map.of()).orElseThrow();
    assertThat(answer.type()).startsWith("text/javascript");
    assertThat(answer.headers().get("Cache-Control")).contains("immutable");
    assertThat(get("/favicon.svg", Map.of()).orElseThrow().headers())
        .containsEntry("Cache-Control", "no-cache");
  }

  @Test
  void theSmallestFormThatTheClientTakesIsSent() {
    String script = "/assets/main-Ab3dEf9h.js";
    assertThat(body(script, Map.of("Accept-Encoding", "gzip, br"))).isEqualTo("br");
    assertThat(body(script, Map.of("Accept-Encoding", "gzip"))).isEqualTo("gz");
    assertThat(body(script, Map.of("Accept-Encoding", "br;q=0"))).isEqualTo("plain");
    assertThat(body(script, Map.of())).isEqualTo("plain");
    assertThat(get(script, Map.of()).orElseThrow().headers())
        .containsEntry("Vary", "Accept-Encoding");
  }
}
