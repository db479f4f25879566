package io.linkspan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.util.DateTime;
import com.google.api.services.calendar.Calendar;
import com.google.api.services.calendar.model.Event;
import com.google.api.services.calendar.model.EventDateTime;
import com.google.api.services.calendar.model.Events;
import io.linkspan.platform.egress.HttpEgress;
import io.linkspan.platform.http.ApiClient;
import io.linkspan.platform.http.TestServer;
import io.linkspan.platform.postgres.TestDatabase;
import io.linkspan.platform.time.SteeredClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The simulated Google, as Google's own client and a plain one see it. */
class GoogleSandboxTest {
  private static final String RETURN = "https://linkspan.example.org/integrations/callback";
  private static final String VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-0123456789";
  private static final String SCOPES =
      "openid email https://www.googleapis.com/auth/calendar.events"
          + " https://www.googleapis.com/auth/calendar.calendarlist.readonly";

  private final SteeredClock clock = SteeredClock.at("2026-03-04T09:00:00Z");
  private TestDatabase database;
  private HttpEgress egress;
  private Sandbox sandbox;
  private TestServer server;
  private ApiClient http;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    egress = HttpEgress.to(List.of(), new SimpleMeterRegistry());
    sandbox = new Sandbox(TestServer.PUBLIC_URL, List.of(URI.create(RETURN)), egress, clock);
    server = TestServer.over(database).mount(Sandbox.SEGMENT, sandbox.mount()).start();
    http = new ApiClient(server.address());
  }

  @AfterEach
  void stop() {
    server.close();
    sandbox.close();
    egress.close();
    database.close();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private ApiClient.Response submit(String path, String form) {
    return http.with("Content-Type", "application/x-www-form-urlencoded").post(path, form);
  }

  private static String challenge() throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }

  private String authorize(String more) throws Exception {
    return "/sandbox/google/o/oauth2/v2/auth?response_type=code&access_type=offline&state=s1"
        + "&client_id=linkspan-sandbox-google&redirect_uri="
        + encoded(RETURN)
        + "&scope="
        + encoded(SCOPES)
        + "&code_challenge_method=S256&code_challenge="
        + challenge()
        + more;
  }

  /** What the app is sent back with. */
  private String allowed(String more, String... withheld) throws Exception {
    String scopes =
        Arrays.stream(SCOPES.split(" "))
            .filter(scope -> !List.of(withheld).contains(scope))
            .map(scope -> "&scope=" + encoded(scope))
            .collect(Collectors.joining());
    var back = submit(authorize(more), "decision=allow&account=google-ada" + scopes);
    assertThat(back.status()).isEqualTo(302);
    return back.header("Location").orElseThrow();
  }

  private static String parameter(String address, String name) {
    for (String pair : URI.create(address).getRawQuery().split("&")) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    throw new AssertionError("no " + name + " in " + address);
  }

  private ApiClient.Response exchange(String code, String verifier) {
    return submit(
        "/sandbox/google/token",
        form(
            Map.of(
                "grant_type",
                "authorization_code",
                "client_id",
                "linkspan-sandbox-google",
                "client_secret",
                "not-a-secret-google",
                "code",
                code,
                "redirect_uri",
                RETURN,
                "code_verifier",
                verifier)));
  }

  private ApiClient.Response refresh(String token) {
    return submit(
        "/sandbox/google/token",
        form(
            Map.of(
                "grant_type", "refresh_token",
                "client_id", "linkspan-sandbox-google",
                "client_secret", "not-a-secret-google",
                "refresh_token", token)));
  }

  private JsonNode tokens() throws Exception {
    return exchange(parameter(allowed(""), "code"), VERIFIER).json();
  }

  private Calendar calendar() throws Exception {
    String token = tokens().path("access_token").asString();
    return new Calendar.Builder(
            new NetHttpTransport(),
            GsonFactory.getDefaultInstance(),
            request -> request.getHeaders().setAuthorization("Bearer " + token))
        .setRootUrl(server.address() + "/sandbox/google/")
        .setServicePath("calendar/v3/")
        .setApplicationName("test")
        .build();
  }

  private static int codeOf(GoogleJsonResponseException e) {
    return e.getDetails().getCode();
  }

  @Test
  void aCodeIsGoodOnceWithItsVerifierInTime() throws Exception {
    String code = parameter(allowed(""), "code");
    assertThat(exchange(code, VERIFIER).status()).isEqualTo(200);
    assertThat(exchange(code, VERIFIER).json().path("error").asString()).isEqualTo("invalid_grant");
    String wrong = parameter(allowed(""), "code");
    assertThat(exchange(wrong, "another").json().path("error").asString())
        .isEqualTo("invalid_grant");
    String late = parameter(allowed(""), "code");
    clock.advance(Duration.ofMinutes(11));
    assertThat(exchange(late, VERIFIER).json().path("error").asString()).isEqualTo("invalid_grant");
  }

  @Test
  void anUnknownAppOrReturnAddressIsSentNowhere() throws Exception {
    assertThat(http.get(authorize("").replace("linkspan-sandbox-google", "other")).status())
        .isEqualTo(401);
    var elsewhere = http.get(authorize("").replace("callback", "callback2"));
    assertThat(elsewhere.status()).isEqualTo(400);
    assertThat(elsewhere.body()).contains("redirect_uri_mismatch").contains("Sandbox");
  }

  @Test
  void whoDeniesComesBackWithThat() throws Exception {
    var back = submit(authorize(""), "decision=deny&account=google-ada");
    assertThat(back.header("Location").orElseThrow())
        .startsWith(RETURN + "?")
        .contains("error=access_denied")
        .contains("state=s1");
  }

  @Test
  void aRefreshBringsNoRefreshTokenAndASecondGrantNeitherWithoutThePrompt() throws Exception {
    JsonNode first = tokens();
    String renewal = first.path("refresh_token").asString();
    assertThat(renewal).isNotEmpty();
    JsonNode again = refresh(renewal).json();
    assertThat(again.path("access_token").asString()).isNotEmpty();
    assertThat(again.has("refresh_token")).isFalse();
    assertThat(tokens().has("refresh_token")).isFalse();
    String prompted = parameter(allowed("&prompt=consent"), "code");
    assertThat(exchange(prompted, VERIFIER).json().has("refresh_token")).isTrue();
  }

  @Test
  void whatIsRevokedOrExpiredIsRefused() throws Exception {
    JsonNode tokens = tokens();
    var user = http.with("Authorization", "Bearer " + tokens.path("access_token").asString());
    assertThat(user.get("/sandbox/google/v1/userinfo").json().path("email").asString())
        .isEqualTo("ada@gmail.example");
    clock.advance(Duration.ofHours(1));
    assertThat(user.get("/sandbox/google/v1/userinfo").status()).isEqualTo(401);
    http.post("/sandbox/api/accounts/google-ada/revoke/");
    JsonNode refused = refresh(tokens.path("refresh_token").asString()).json();
    assertThat(refused.path("error").asString()).isEqualTo("invalid_grant");
    assertThat(refused.path("error_description").asString())
        .isEqualTo("Token has been expired or revoked.");
  }

  @Test
  void aWithheldScopeIsMissing() throws Exception {
    String back = allowed("", "https://www.googleapis.com/auth/calendar.events");
    String token =
        exchange(parameter(back, "code"), VERIFIER).json().path("access_token").asString();
    var answer =
        http.with("Authorization", "Bearer " + token)
            .get("/sandbox/google/calendar/v3/calendars/primary/events");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).contains("insufficientPermissions");
  }

  @Test
  void googlesClientSyncsFromTokenToToken() throws Exception {
    Calendar google = calendar();
    assertThat(google.calendarList().list().execute().getItems()).hasSize(3);
    String token = null;
    String page = null;
    int pages = 0;
    int seen = 0;
    do {
      Events part = google.events().list("primary").setMaxResults(4).setPageToken(page).execute();
      seen += part.getItems().size();
      pages++;
      page = part.getNextPageToken();
      token = part.getNextSyncToken();
      assertThat(token == null).isEqualTo(page != null);
    } while (page != null);
    assertThat(seen).isEqualTo(10);
    assertThat(pages).isEqualTo(3);

    var master =
        new Event()
            .setId("abc0123")
            .setSummary("Daily")
            .setStart(time("2026-03-02T08:00:00"))
            .setEnd(time("2026-03-02T08:30:00"))
            .setRecurrence(List.of("RRULE:FREQ=DAILY;COUNT=5"));
    google.events().insert("primary", master).execute();
    String instance = "abc0123_20260303T070000Z";
    google.events().patch("primary", instance, new Event().setSummary("Moved")).execute();
    google.events().delete("primary", "abc0123_20260304T070000Z").execute();

    Events changes = google.events().list("primary").setSyncToken(token).execute();
    assertThat(changes.getItems())
        .extracting(Event::getId)
        .containsExactly("abc0123", instance, "abc0123_20260304T070000Z");
    assertThat(changes.getItems().get(1).getRecurringEventId()).isEqualTo("abc0123");
    assertThat(changes.getItems().get(1).getOriginalStartTime().getDateTime().getValue())
        .isEqualTo(Instant.parse("2026-03-03T07:00:00Z").toEpochMilli());
    assertThat(changes.getItems().get(2).getStatus()).isEqualTo("cancelled");

    google.events().delete("primary", "abc0123").execute();
    Events gone =
        google.events().list("primary").setSyncToken(changes.getNextSyncToken()).execute();
    assertThat(gone.getItems()).extracting(Event::getStatus).containsOnly("cancelled");
    assertThat(gone.getItems()).extracting(Event::getId).contains("abc0123", instance);
  }

  private static EventDateTime time(String local) {
    return new EventDateTime()
        .setDateTime(DateTime.parseRfc3339(local + "+01:00"))
        .setTimeZone("Europe/Berlin");
  }

  @Test
  void anOldTokenAnswers410AndOneBesideATimeRange400() throws Exception {
    Calendar google = calendar();
    String token = google.events().list("primary").execute().getNextSyncToken();
    assertThatThrownBy(
            () -> google.events().list("primary").setSyncToken(token).setQ("x").execute())
        .isInstanceOfSatisfying(
            GoogleJsonResponseException.class, e -> assertThat(codeOf(e)).isEqualTo(400));
    clock.advance(Duration.ofMinutes(5));
    assertThat(google.events().list("primary").setSyncToken(token).execute().getItems()).isEmpty();
    clock.advance(Duration.ofDays(29));
    Calendar later = calendar();
    assertThatThrownBy(() -> later.events().list("primary").setSyncToken(token).execute())
        .isInstanceOfSatisfying(
            GoogleJsonResponseException.class, e -> assertThat(codeOf(e)).isEqualTo(410));
  }

  @Test
  void aLostAnswerLeavesItsEffect() throws Exception {
    Calendar google = calendar();
    http.put(
        "/sandbox/api/faults/",
        "[{\"provider\":\"google\",\"path\":\"/calendar/v3/*/events\",\"times\":1,\"lose_answer\":true}]");
    var event =
        new Event()
            .setId("lost0")
            .setStart(time("2026-03-02T08:00:00"))
            .setEnd(time("2026-03-02T08:30:00"));
    assertThatThrownBy(() -> google.events().insert("primary", event).execute())
        .isInstanceOf(IOException.class);
    assertThat(google.events().get("primary", "lost0").execute().getStatus())
        .isEqualTo("confirmed");
    assertThatThrownBy(() -> google.events().insert("primary", event).execute())
        .isInstanceOfSatisfying(
            GoogleJsonResponseException.class, e -> assertThat(codeOf(e)).isEqualTo(409));
  }

  @Test
  void thePageSaysThatItIsASandbox() {
    var page = http.get("/sandbox/");
    assertThat(page.body()).contains("<strong>Sandbox</strong>").contains("Ada Lovelace");
  }
}
