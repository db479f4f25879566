package io.linkspan.platform.http;

import io.linkspan.platform.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;

/** The small contract that the server itself is tested with. */
final class Small {
  private Small() {}

  static Contract contract() {
    try (var yaml = Small.class.getResourceAsStream("small.yaml")) {
      return Contract.of(
          ContractFile.read(new String(yaml.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TestServer.Builder over(TestDatabase database) {
    return TestServer.over(database).contract(contract());
  }

  /** Somebody who may do everything of their own, and has a row. */
  static Caller organizer(TestDatabase database) {
    UUID id = UUID.randomUUID();
    database
        .database()
        .useTransaction(
            tx ->
                tx.execute(
                    """
                    INSERT INTO organizers (id, email, role, created_at, updated_at)
                    VALUES (?, ?, 'organizer', now(), now())
                    """,
                    id,
                    id + "@example.org"));
    return new Caller(id, id, Set.of("*"), false);
  }

  /** Where effects of calls are counted. */
  static void createTable(TestDatabase database) {
    database.database().useTransaction(tx -> tx.execute("CREATE TABLE things (name text)"));
  }

  static int things(TestDatabase database) {
    return database
        .database()
        .query(h -> h.createQuery("SELECT count(*) FROM things").mapTo(Integer.class).one());
  }
}
