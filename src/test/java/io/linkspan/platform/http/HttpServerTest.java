package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.db.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The contract that the program has, over real HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpServerTest {
  private TestDatabase database;
  private TestServer server;

  @BeforeAll
  void start() {
    database = TestDatabase.fresh();
    server =
        TestServer.over(database)
            .routes(
                operations -> {
                  operations.on(
                      "listUsers", call -> Reply.ok(Map.of("who", call.caller().userId())));
                  operations.on("login", call -> Reply.ok(call.body()));
                })
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
    database.close();
  }

  @Test
  void theProcessSaysThatItLives() {
    var answer = server.anonymous().get("/livez");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"ok\"}");
  }

  @Test
  void anUnknownFieldIsRefusedByName() {
    var answer =
        server.anonymous().post("/api/v1/auth/login/", Map.of("email", "a", "passwort", 1));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("invalid_field");
    assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("/passwort");
  }

  @Test
  void nobodyIsRefused() {
    assertThat(server.anonymous().get("/api/v1/users/").status()).isEqualTo(401);
  }
}
