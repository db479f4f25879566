package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.crypto.KeysetFile;
import io.linkspan.platform.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  @TempDir private Path temp;

  @Test
  void aFreshInstallationIsHealthy() {
    var run = CommandRun.of(Map.of(), "doctor", "--data", temp.resolve("data").toString());
    assertThat(run.exit()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("made in", "at the first start", "time zone rules 20", "CalDAV, Apple and ICS")
        .containsPattern("ok +clock +this machine's clock says 20")
        .containsPattern("ok +keys +.*is made at the first start")
        .containsPattern("ok +configuration +")
        .containsPattern("warn +public url +")
        .containsPattern("ok +providers +Zoom not configured .set LINKSPAN_ZOOM_CLIENT_ID and");
    assertThat(temp.resolve("data")).doesNotExist();
  }

  @Test
  void aDatabaseWithoutItsSafetyIsAFailureWithItsFix() {
    try (var db = TestDatabase.fresh()) {
      var run = CommandRun.of(external(db.url()), "doctor", "--json");
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.json().get("healthy").asBoolean()).isFalse();
      assertThat(run.out())
          .contains("fsync is off", "ALTER SYSTEM SET fsync = on", "PostgreSQL 18", "btree_gist");
      assertThat(run.out()).doesNotContain(db.password());
    }
  }

  @Test
  void aNewerSchemaIsAFailure() {
    try (var db = TestDatabase.fresh()) {
      db.database()
          .useTransaction(
              tx ->
                  tx.execute(
                      """
                      INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,
                          checksum, installed_by, execution_time, success)
                      VALUES (9999, '9999', 'from the future', 'SQL', 'V9999__x.sql', 1, 'x', 1, true)
                      """));
      assertThat(CommandRun.of(external(db.url()), "doctor").out())
          .containsPattern("fail +database +its schema is version 9999, this program knows up to");
    }
  }

  @Test
  void anUnreachableDatabaseIsAFailureWithTheReason() {
    var run = CommandRun.of(external("postgresql://u:p@127.0.0.1:1/none"), "doctor");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("fail +database +postgresql://u:\\*\\*\\*@127.0.0.1:1/none cannot be used")
        .contains("Connection refused")
        .contains("-> Check LINKSPAN_DATABASE_URL");
  }

  @Test
  void settingsMistakesAndUnknownNamesAreFindings() {
    var run = CommandRun.of(Map.of("LINKSPAN_PORT", "x", "LINKSPAN_PROT", "1"), "doctor");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("fail +configuration +LINKSPAN_PORT must be")
        .containsPattern("warn +configuration +LINKSPAN_PROT is not a setting");
  }

  @Test
  void aKeysetThatOthersMayReadIsAWarningAndAMissingOneAFailure() throws Exception {
    Path keyset = temp.resolve("keyset.json");
    new KeysetFile(keyset, true).create();
    Files.setPosixFilePermissions(keyset, PosixFilePermissions.fromString("rw-r--r--"));
    Map<String, String> settings = external("postgresql://u:p@127.0.0.1:1/none");
    settings.put("LINKSPAN_ENCRYPTION_KEYSET_FILE", keyset.toString());
    assertThat(CommandRun.of(settings, "doctor").out()).contains("chmod 600 " + keyset);

    Files.delete(keyset);
    assertThat(CommandRun.of(settings, "doctor").out())
        .containsPattern("fail +keys +.*does not exist");
  }

  @Test
  void aFileThatIsNoKeysetAndOneThatIsLostAreFailures() throws Exception {
    Path keyset = Files.writeString(temp.resolve("keyset.json"), "{}");
    Map<String, String> settings = external("postgresql://u:p@127.0.0.1:1/none");
    settings.put("LINKSPAN_ENCRYPTION_KEYSET_FILE", keyset.toString());
    assertThat(CommandRun.of(settings, "doctor").out())
        .containsPattern("fail +keys +.*holds no Tink AEAD keyset")
        .contains("-> Put the right one back");

    Path data = temp.resolve("data");
    Files.createDirectories(data.resolve("postgres/cluster"));
    assertThat(CommandRun.of(Map.of(), "doctor", "--data", data.toString()).out())
        .containsPattern("fail +keys +.*is missing, and what is stored");
  }

  @Test
  void aClockBeforeTheRulesOfItsZonesIsWrong() {
    var settings = Map.of("LINKSPAN_DATA_DIR", temp.resolve("data").toString());
    var examination =
        new Diagnostics(
            new ConfigReader(settings, Map.of()),
            Clock.fixed(Instant.parse("1970-01-02T00:00:00Z"), ZoneOffset.UTC));
    assertThat(examination.findings())
        .anySatisfy(
            found -> {
              assertThat(found.check()).isEqualTo("clock");
              assertThat(found.level()).isEqualTo(Finding.Level.FAIL);
              assertThat(found.fix()).contains("NTP");
            });
  }

  @Test
  void aPublicUrlThatOthersCannotReachOrTrustIsAWarning() {
    String data = temp.resolve("data").toString();
    assertThat(CommandRun.of(Map.of(), "doctor", "--data", data).out())
        .contains("reachable from this machine only");
    assertThat(
            CommandRun.of(
                    Map.of("LINKSPAN_PUBLIC_URL", "http://192.0.2.7"), "doctor", "--data", data)
                .out())
        .contains("is not encrypted");
  }

  private Map<String, String> external(String url) {
    return new HashMap<>(
        Map.of(
            "LINKSPAN_DATABASE_URL", url,
            "LINKSPAN_DATA_DIR", temp.resolve("data").toString(),
            "LINKSPAN_ENCRYPTION_KEYSET_FILE", temp.resolve("keyset.json").toString()));
  }
}
