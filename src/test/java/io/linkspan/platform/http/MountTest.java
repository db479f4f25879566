package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.platform.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A part of the site that answers for itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MountTest {
  private TestDatabase database;
  private TestServer server;
  private ApiClient client;

  @BeforeAll
  void start() {
    database = TestDatabase.fresh();
    server = TestServer.over(database).mount("elsewhere", MountTest::answer).start();
    client = new ApiClient(server.address());
  }

  @AfterAll
  void stop() {
    server.close();
    database.close();
  }

  private static Reply answer(Mount.Request request) {
    return switch (request.path().isEmpty() ? "" : request.path().getFirst()) {
      case "away" -> new Reply(302, null, Map.of("Location", "https://example.org/"));
      case "broken" ->
          Reply.download(
              "application/octet-stream",
              _ -> {
                throw new IOException("on purpose");
              });
      default ->
          Reply.ok(
              Map.of(
                  "method", request.method(),
                  "path", request.path(),
                  "query", request.query(),
                  "type", request.header("Content-Type").orElse(""),
                  "body", new String(request.body(), StandardCharsets.UTF_8)));
    };
  }

  @Test
  void itHearsEveryMethodAndAnyBodyAsSent() {
    var answer =
        client
            .with("Content-Type", "application/x-www-form-urlencoded")
            .send("PUT", "/elsewhere/a%40b%23/c?q=1&q=2&%24top=5", "grant_type=x&y=%20");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(
            Json.tree(
                Map.of(
                    "method", "PUT",
                    "path", List.of("a@b#", "c"),
                    "query", Map.of("q", List.of("1", "2"), "$top", List.of("5")),
                    "type", "application/x-www-form-urlencoded",
                    "body", "grant_type=x&y=%20")));
  }

  @Test
  void itSendsElsewhere() {
    var answer = client.get("/elsewhere/away");
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.header("Location")).contains("https://example.org/");
  }

  @Test
  void itMayBreakOffBeforeItAnswers() {
    assertThatThrownBy(() -> client.with("Accept-Encoding", "gzip").get("/elsewhere/broken"))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void whatIsBesideItIsNotItsOwn() {
    assertThat(client.get("/elsewheres/").status()).isEqualTo(404);
  }
}
