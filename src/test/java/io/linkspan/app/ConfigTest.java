package io.linkspan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.app.ConfigReader.ConfigInvalid;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.OrganizerLimit;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
  @TempDir private Path temp;

  @Test
  void withNothingSetEverythingHasItsDefault() {
    Config config = read(Map.of());
    assertThat(config.port()).isEqualTo(8080);
    assertThat(config.bind()).isEqualTo("127.0.0.1");
    assertThat(config.publicUrl()).isEqualTo(URI.create("http://localhost:8080"));
    assertThat(config.dataDir()).isEqualTo(Path.of("data").toAbsolutePath());
    assertThat(config.keysetFile()).isEqualTo(config.dataDir().resolve("keyset.json"));
    assertThat(config.keysetMayBeMade()).isTrue();
    assertThat(config.sync())
        .isEqualTo(
            new Config.Sync(Duration.ofMinutes(5), Duration.ofDays(7), Duration.ofDays(365)));
    assertThat(config.webhookRetrySchedule())
        .startsWith(Duration.ofSeconds(5), Duration.ofMinutes(5))
        .hasSize(9);
    assertThat(config.endpoints())
        .containsEntry(
            "MICROSOFT_TOKEN_URL",
            URI.create("https://login.microsoftonline.com/common/oauth2/v2.0/token"));
  }

  @Test
  void thePublicUrlFollowsThePort() {
    assertThat(read(Map.of("LINKSPAN_PORT", "9000")).publicUrl())
        .isEqualTo(URI.create("http://localhost:9000"));
    assertThat(
            read(Map.of("LINKSPAN_PORT", "9000", "LINKSPAN_PUBLIC_URL", "https://cal.example/"))
                .publicUrl())
        .isEqualTo(URI.create("https://cal.example"));
  }

  @Test
  void theCommandLineWinsOverTheEnvironment() {
    var reader = new ConfigReader(Map.of("LINKSPAN_PORT", "9000"), Map.of(Settings.PORT, "9001"));
    assertThat(reader.config().port()).isEqualTo(9001);
  }

  @Test
  void aSecretMayLieInAFile() throws Exception {
    Path file = Files.writeString(temp.resolve("key"), "0123456789abcdef0123456789abcdef\n");
    assertThat(read(Map.of("LINKSPAN_ADMIN_API_KEY_FILE", file.toString())).admin().apiKey())
        .contains(Secret.of("0123456789abcdef0123456789abcdef"));
  }

  @Test
  void aSecretInTwoPlacesOrInAMissingFileIsRefused() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        "LINKSPAN_ZOOM_CLIENT_SECRET", "a",
                        "LINKSPAN_ZOOM_CLIENT_SECRET_FILE", "/nowhere/b")))
        .hasMessageContaining("are both set: keep one");
    assertThatThrownBy(() -> read(Map.of("LINKSPAN_DATABASE_URL_FILE", "/nowhere/secret")))
        .hasMessageContaining("LINKSPAN_DATABASE_URL_FILE names /nowhere/secret")
        .hasMessageContaining("check the path");
  }

  @Test
  void anEmptyVariableIsNotSet() {
    assertThat(read(Map.of("LINKSPAN_DATABASE_URL", "", "LINKSPAN_PORT", "")).database()).isEmpty();
  }

  @Test
  void aDatabaseUrlIsTakenApart() {
    var config =
        read(
            Map.of(
                "LINKSPAN_DATABASE_URL",
                "postgresql://us%40er:p%2Fw+d@db.example:6432/name?sslmode=require",
                "LINKSPAN_ENCRYPTION_KEYSET_FILE",
                "/keys/set.json"));
    var url = config.database().orElseThrow();
    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6432/name?sslmode=require");
    assertThat(url.user()).isEqualTo("us@er");
    assertThat(url.password()).isEqualTo("p/w+d");
    assertThat(url).asString().doesNotContain("p/w+d");
    assertThat(config.keysetMayBeMade()).isFalse();
  }

  @Test
  void aSharedDatabaseNeedsASharedKeyset() {
    assertThatThrownBy(() -> read(Map.of("LINKSPAN_DATABASE_URL", "postgresql://u:p@host/name")))
        .hasMessageContaining("LINKSPAN_ENCRYPTION_KEYSET_FILE is required")
        .hasMessageContaining("linkspan keys create");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PORT|http|whole number from 1 to 65535",
        "PORT|70000|whole number from 1 to 65535",
        "PUBLIC_URL|ftp://x|http or https address",
        "PUBLIC_URL|https://user@x|http or https address",
        "SYNC_INTERVAL|5m|ISO 8601 duration",
        "SYNC_INTERVAL|PT0S|ISO 8601 duration",
        "SYNC_DAYS_AHEAD|-1|whole number from 1",
        "LIMITS|blocks=many|\"blocks=many\" is none",
        "LIMITS|blocks=-1|\"blocks=-1\" is none",
        "LIMITS|coffee=3|knows no limit \"coffee\"; there are integrations=",
        "EGRESS_ALLOW|10.0.0.0/8,intranet|\"intranet\" is none",
        "SANDBOX|yes|true or false",
        "ADMIN_API_KEY|short|at least 32 characters",
        "ADMIN_EMAIL|nobody|email address",
        "ADMIN_PASSWORD|long-enough|ADMIN_EMAIL is missing",
        "ZOOM_CLIENT_ID|abc|belong together",
        "WEBHOOK_RETRY_SCHEDULE|PT5S,later|ISO 8601 duration",
        "DATABASE_URL|postgresql://host/name|it names no user",
        "DATABASE_URL|postgresql://u:p@host|it names no database",
        "DATABASE_URL|mysql://u:p@host/name|does not begin with postgresql://",
      })
  void aBadValueIsExplained(String name, String value, String reason) {
    assertThatThrownBy(() -> read(Map.of("LINKSPAN_" + name, value)))
        .isInstanceOf(ConfigInvalid.class)
        .hasMessageContaining("LINKSPAN_" + name.replaceAll("_CLIENT_ID", ""))
        .hasMessageContaining(reason);
  }

  @Test
  void aLimitThatIsNotNamedKeepsItsDefault() {
    var limits = read(Map.of("LINKSPAN_LIMITS", "webhooks=3, blocks = 10")).limits();
    assertThat(limits)
        .containsEntry(OrganizerLimit.WEBHOOKS, 3L)
        .containsEntry(OrganizerLimit.BLOCKS, 10L)
        .containsEntry(
            OrganizerLimit.API_KEYS, OrganizerLimit.standard().get(OrganizerLimit.API_KEYS));
    assertThat(CommandRun.of(Map.of("LINKSPAN_LIMITS", "webhooks=3"), "config").out())
        .containsPattern("LINKSPAN_LIMITS +integrations=\\d+,blocks=\\d+,webhooks=3,api_keys=");
  }

  @Test
  void everyMistakeIsToldAtOnce() {
    assertThatThrownBy(() -> read(Map.of("LINKSPAN_PORT", "x", "LINKSPAN_SANDBOX", "y")))
        .isInstanceOfSatisfying(
            ConfigInvalid.class, invalid -> assertThat(invalid.mistakes()).hasSize(2));
  }

  @Test
  void anUnknownNameIsReportedWithTheOneMeant() {
    assertThat(new ConfigReader(Map.of("LINKSPAN_PROT", "1"), Map.of()).unknown())
        .containsExactly("LINKSPAN_PROT is not a setting; did you mean LINKSPAN_PORT?");
    assertThat(new ConfigReader(Map.of("LINKSPAN_COFFEE", "1", "PATH", "x"), Map.of()).unknown())
        .containsExactly("LINKSPAN_COFFEE is not a setting");
    assertThat(new ConfigReader(Map.of("LINKSPAN_FOO", "1"), Map.of()).unknown())
        .containsExactly("LINKSPAN_FOO is not a setting");
  }

  @Test
  void theConfigCommandShowsOriginsAndNoSecret() {
    var environment =
        Map.of(
            "LINKSPAN_ADMIN_EMAIL", "ada@example.org",
            "LINKSPAN_ADMIN_PASSWORD", "correct horse",
            "LINKSPAN_DATABASE_URL", "postgresql://u:hunter22@host/name",
            "LINKSPAN_ENCRYPTION_KEYSET_FILE", "/keys/set.json");
    for (var run :
        List.of(
            CommandRun.of(environment, "config"), CommandRun.of(environment, "config", "--json"))) {
      assertThat(run.exit()).isZero();
      assertThat(run.out())
          .contains("LINKSPAN_PORT", "8080", "ada@example.org", "postgresql://u:***@host")
          .doesNotContain("correct horse", "hunter22");
    }
    assertThat(CommandRun.of(environment, "config", "--data", "/elsewhere").out())
        .containsPattern("LINKSPAN_PORT +8080  \\[default]")
        .containsPattern("LINKSPAN_ADMIN_EMAIL +ada@example.org  \\[LINKSPAN_ADMIN_EMAIL]")
        .containsPattern("LINKSPAN_ADMIN_PASSWORD +\\(redacted\\)  \\[LINKSPAN_ADMIN_PASSWORD]")
        .containsPattern("LINKSPAN_DATA_DIR +/elsewhere  \\[command line]")
        .containsPattern("LINKSPAN_ADMIN_API_KEY +\\[not set]");
    var json = CommandRun.of(environment, "config", "--json", "--data", "/elsewhere").json();
    var dataDir = json.at("/settings/LINKSPAN_DATA_DIR");
    assertThat(dataDir.at("/value").asString()).isEqualTo("/elsewhere");
    assertThat(dataDir.at("/origin").asString()).isEqualTo("command line");
  }

  @Test
  void theConfigCommandFailsOnMistakesAndStillShowsTheRest() {
    var run = CommandRun.of(Map.of("LINKSPAN_PORT", "x", "LINKSPAN_PROT", "1"), "config", "--json");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.json().at("/mistakes/0").asString()).startsWith("LINKSPAN_PORT must be");
    assertThat(run.json().at("/unknown/0").asString()).contains("LINKSPAN_PROT");
    assertThat(run.err()).contains("LINKSPAN_PORT must be");
  }

  @Test
  void theReadmesTableIsTheList() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    var rows = Pattern.compile("^\\| `([A-Z_]+)` \\|", Pattern.MULTILINE).matcher(readme);
    assertThat(rows.results().map(row -> row.group(1)))
        .containsExactlyElementsOf(Settings.ALL.stream().map(Setting::name).toList());
    for (Setting<?> setting : Settings.ALL) {
      String standard =
          setting.standard() == null || setting.standard().isEmpty()
              ? ""
              : "`" + setting.standard() + "`";
      assertThat(readme)
          .contains(
              "| `%s` | %s | %s |"
                  .formatted(
                      setting.name(),
                      standard,
                      setting.meaning() + (setting.secret() ? " (secret)" : "")));
    }
  }

  private static Config read(Map<String, String> environment) {
    return new ConfigReader(environment, Map.of()).config();
  }
}
