package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.app.DeliveryLedger.Entry;
import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.db.DatabaseUrl;
import io.linkspan.platform.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Two nodes on one PostgreSQL, all of them processes, and receivers that hear of {@code
 * crash.test}.
 */
final class TwoNodes implements AutoCloseable {
  static final List<String> RECEIVERS = List.of("/a", "/b", "/c");

  final List<ServerProcess> nodes = new ArrayList<>();
  final DeliveryLedger ledger = new DeliveryLedger();
  private final EmbeddedPostgres postgres;
  private final Path directory;

  TwoNodes(Path directory) throws IOException {
    this.directory = directory;
    postgres = EmbeddedPostgres.start(directory.resolve("postgres"));
    var keyset = directory.resolve("keyset");
    new KeysetFile(keyset, true).create();
    for (String name : List.of("one", "two")) {
      var node =
          new ServerProcess(
              Files.createDirectory(directory.resolve(name)),
              Map.of(
                  "LINKSPAN_DATABASE_URL",
                  setting(postgres.url()),
                  "LINKSPAN_ENCRYPTION_KEYSET_FILE",
                  keyset.toString()));
      nodes.add(node);
      node.start();
      node.awaitReady();
    }
    RECEIVERS.forEach(this::subscribe);
  }

  private void subscribe(String path) {
    var made =
        nodes
            .getFirst()
            .client()
            .post(
                "/api/v1/integrations/webhooks/",
                Map.of(
                    "name",
                    path,
                    "webhook_url",
                    ledger.url(path),
                    "events",
                    List.of("crash.test")));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
  }

  /** Compares what was acknowledged, what arrived, and what the database says. */
  void compare(Publishers publishers) {
    var committed = texts("SELECT id FROM events WHERE type = 'crash.test'");
    assertThat(publishers.acknowledged).hasSizeGreaterThan(50);
    assertThat(committed).as("acknowledged").containsAll(publishers.acknowledged);
    var expected = new HashSet<Entry>();
    committed.forEach(id -> RECEIVERS.forEach(path -> expected.add(new Entry(path, id))));
    assertThat(ledger.arrivals().keySet()).as("arrived").isEqualTo(expected);
    assertThat(texts("SELECT DISTINCT status FROM finished_deliveries"))
        .containsExactly("delivered");
    assertThat(
            count(
                """
                SELECT count(*) FROM (SELECT FROM delivery_attempts WHERE succeeded
                                      GROUP BY webhook_id, delivery_id HAVING count(*) > 1) twice
                """))
        .as("deliveries that were written down as done twice")
        .isZero();
    assertThat(ledger.arrivals())
        .as("the same id has the same body")
        .allSatisfy(
            (entry, times) ->
                assertThat(times.stream().map(DeliveryLedger.Arrival::body).distinct())
                    .singleElement()
                    .asString()
                    .contains("\"id\":\"" + entry.id() + "\""));
    assertThat(publishers.refusals.keySet())
        .as("%s", publishers.refusals)
        .isSubsetOf("503 application/problem+json");
  }

  void awaitNothingPending() {
    ServerProcess.until(() -> count("SELECT count(*) FROM pending_deliveries") == 0);
  }

  long postmaster() {
    return postmaster(directory.resolve("postgres"));
  }

  /** Its process, once it runs: it may be starting again after it was killed. */
  static long postmaster(Path home) {
    Path file = home.resolve("cluster/postmaster.pid");
    ServerProcess.until(() -> Files.exists(file));
    try {
      return Long.parseLong(Files.readAllLines(file).getFirst().strip());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  long count(String sql) {
    return Long.parseLong(texts("SELECT (" + sql + ")::text").iterator().next());
  }

  /** Asked again while the database is away. */
  Set<String> texts(String sql) {
    var texts = new HashSet<String>();
    ServerProcess.until(
        () -> {
          texts.clear();
          try (var connection = connect();
              var rows = connection.createStatement().executeQuery(sql)) {
            while (rows.next()) {
              texts.add(rows.getString(1));
            }
            return true;
          } catch (SQLException away) {
            return false;
          }
        });
    return texts;
  }

  Connection connect() throws SQLException {
    var url = postgres.url();
    return DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
  }

  /** As {@code LINKSPAN_DATABASE_URL} takes it. */
  static String setting(DatabaseUrl url) {
    return url.jdbcUrl()
        .replace("jdbc:postgresql://", "postgresql://" + url.user() + ":" + url.password() + "@");
  }

  @Override
  public void close() {
    nodes.forEach(ServerProcess::close);
    postgres.close();
    ledger.close();
  }
}
