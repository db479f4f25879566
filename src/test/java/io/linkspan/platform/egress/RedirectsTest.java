package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.egress.Exchange.Answered;
import io.linkspan.platform.egress.Exchange.Failed;
import io.linkspan.platform.egress.Exchange.Reason;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RedirectsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Map<String, List<String>> CREDENTIALS =
      Map.of(
          "authorization", List.of("Basic secret"),
          "Cookie", List.of("a=secret"),
          "Depth", List.of("1"),
          "Content-Type", List.of("application/xml"));

  private final HttpEgress egress =
      HttpEgress.to(List.of("127.0.0.1/32"), new SimpleMeterRegistry());

  @AfterEach
  void stop() {
    egress.close();
  }

  @Test
  void withoutLeaveARedirectIsHandedBack() {
    try (var server = redirecting(302, "/next")) {
      assertThat(egress.send(Calls.get(server.uri("/"))))
          .isInstanceOfSatisfying(
              Answered.class,
              answer -> {
                assertThat(answer.status()).isEqualTo(302);
                assertThat(answer.header("location")).contains("/next");
              });
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void aRedirectIsFollowedOverTheSameConnectionWithItsCredentials() {
    try (var server = redirecting(302, "/next?x=1#there")) {
      assertThat(egress.send(propfind(server.uri("/"), Trust.USER)))
          .isInstanceOfSatisfying(
              Answered.class,
              answer -> assertThat(answer.uri()).isEqualTo(server.uri("/next?x=1")));
      assertThat(server.connections()).isEqualTo(1);
      assertThat(server.requests().getLast())
          .startsWith("PROPFIND /next?x=1 HTTP/1.1")
          .contains("Basic secret", "Depth: 1", "Content-Type")
          .endsWith("<body/>");
    }
  }

  @Test
  void aBlankInALocationIsReadAsBrowsersDo() {
    try (var server = redirecting(302, " /my calendar.ics?a=b c ")) {
      assertThat(egress.send(propfind(server.uri("/"), Trust.USER)))
          .isInstanceOfSatisfying(
              Answered.class,
              answer ->
                  assertThat(answer.uri()).isEqualTo(server.uri("/my%20calendar.ics?a=b%20c")));
    }
  }

  @Test
  void anotherOriginGetsTheMethodButNoCredentials() {
    try (var target = RawServer.answering(OK);
        var server = redirecting(307, target.uri("/other").toString())) {
      assertThat(egress.send(propfind(server.uri("/"), Trust.USER))).isInstanceOf(Answered.class);
      assertThat(target.requests())
          .singleElement()
          .asString()
          .startsWith("PROPFIND /other")
          .contains("Depth: 1")
          .doesNotContain("secret")
          .endsWith("<body/>");
    }
  }

  @Test
  void aPostBecomesAGetWhereBrowsersMakeItOne() {
    for (int status : new int[] {301, 302, 303, 307, 308}) {
      try (var server = redirecting(status, "/next")) {
        egress.send(
            Calls.request("POST", server.uri("/"), CREDENTIALS, "<body/>", Calls.following(3)));
        String followed = server.requests().getLast();
        if (status < 307) {
          assertThat(followed).startsWith("GET /next").doesNotContain("<body/>", "Content-");
        } else {
          assertThat(followed).startsWith("POST /next").endsWith("<body/>");
        }
      }
    }
  }

  @Test
  void seeOtherIsFetchedWithGet() {
    try (var server = redirecting(303, "/next")) {
      egress.send(propfind(server.uri("/"), Trust.USER));
      assertThat(server.requests().getLast()).startsWith("GET /next");
    }
  }

  @Test
  void aCircleIsNoticed() {
    try (var server =
        RawServer.playing(
            connection -> {
              while (connection.readRequest()) {
                connection.say(moved(302, "/"));
              }
            })) {
      assertFails(
          egress.send(Calls.get(server.uri("/"), Calls.following(50))),
          Reason.TOO_MANY_REDIRECTS,
          "circle");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void anEndlessChainIsCut() {
    try (var server =
        RawServer.playing(
            connection -> {
              int step = 0;
              while (connection.readRequest()) {
                connection.say(moved(302, "/" + step++));
              }
            })) {
      assertFails(
          egress.send(Calls.get(server.uri("/start"), Calls.following(3))),
          Reason.TOO_MANY_REDIRECTS,
          "more than 3");
      assertThat(server.requests()).hasSize(4);
    }
  }

  @Test
  void aRedirectToAForbiddenAddressIsRefusedForUsersAndForOperatorsAlike() {
    for (String target :
        List.of(
            "http://127.0.0.2:%d/",
            "//127.0.0.2:%d/",
            "http://[::1]:%d/",
            "http://[::ffff:7f00:2]:%d/",
            "HTTP://127.0.0.2:%d/")) {
      for (Trust trust : Trust.values()) {
        try (var server = redirecting(302, target)) {
          assertFails(
              egress.send(propfind(server.uri("/"), trust)),
              Reason.FORBIDDEN_ADDRESS,
              "a loopback address");
        }
      }
    }
  }

  @Test
  void theOperatorsOwnOriginMayRedirectWithinItself() {
    try (var closed = HttpEgress.to(List.of(), new SimpleMeterRegistry());
        var server = redirecting(302, "/next")) {
      assertThat(closed.send(propfind(server.uri("/"), Trust.OPERATOR)))
          .isInstanceOf(Answered.class);
    }
  }

  @Test
  void aRedirectToWhatIsNoWebAddressIsRefused() {
    for (String target :
        List.of(
            "ftp://example.org/",
            "file:///etc/passwd",
            "gopher://127.0.0.1:70/",
            "javascript:alert(1)",
            "http://user:secret@127.0.0.1/",
            "http://127.0.0.1:22/",
            "http:///nothing",
            "http://0x7f.1/",
            "http://127.0.0.1:99999/")) {
      try (var server = redirecting(302, target)) {
        var exchange = egress.send(Calls.get(server.uri("/"), Calls.following(3)));
        assertFails(exchange, Reason.BAD_ADDRESS, "redirected to an address that");
        assertThat(((Failed) exchange).detail()).doesNotContain("secret", "passwd");
      }
    }
  }

  @Test
  void referencesAreResolvedAsTheStandardSays() {
    var base = WebAddress.parse("http://a/b/c/d;p?q", Trust.USER);
    // RFC 3986, 5.4, as far as it is about http
    Map.ofEntries(
            Map.entry("g", "http://a/b/c/g"),
            Map.entry("./g", "http://a/b/c/g"),
            Map.entry("g/", "http://a/b/c/g/"),
            Map.entry("/g", "http://a/g"),
            Map.entry("//g", "http://g/"),
            Map.entry("?y", "http://a/b/c/d;p?y"),
            Map.entry("g?y", "http://a/b/c/g?y"),
            Map.entry("#s", "http://a/b/c/d;p?q"),
            Map.entry("g#s", "http://a/b/c/g"),
            Map.entry(";x", "http://a/b/c/;x"),
            Map.entry("g;x?y#s", "http://a/b/c/g;x?y"),
            Map.entry("", "http://a/b/c/d;p?q"),
            Map.entry(".", "http://a/b/c/"),
            Map.entry("./", "http://a/b/c/"),
            Map.entry("..", "http://a/b/"),
            Map.entry("../g", "http://a/b/g"),
            Map.entry("../../g", "http://a/g"),
            Map.entry("../../../g", "http://a/g"),
            Map.entry("../../../../g", "http://a/g"))
        .forEach(
            (reference, expected) ->
                assertThat(base.resolve(reference, Trust.USER).uri())
                    .as(reference)
                    .isEqualTo(URI.create(expected)));
  }

  /** The first request is redirected, the others are answered. */
  private static RawServer redirecting(int status, String location) {
    var server = new RawServer[1];
    server[0] =
        RawServer.playing(
            connection -> {
              boolean first = true;
              while (connection.readRequest()) {
                connection.say(
                    first ? moved(status, location.replace("%d", "" + server[0].port())) : OK);
                first = false;
              }
            });
    return server[0];
  }

  private static String moved(int status, String location) {
    return "HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 5\r\n\r\nmoved"
        .formatted(status, location);
  }

  private static OutboundRequest propfind(URI uri, Trust trust) {
    return new OutboundRequest(
        "PROPFIND",
        uri,
        CREDENTIALS,
        "<body/>".getBytes(StandardCharsets.UTF_8),
        trust,
        Calls.following(3));
  }

  private static void assertFails(Exchange exchange, Reason reason, String why) {
    assertThat(exchange)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.reason()).as(failed.detail()).isEqualTo(reason);
              assertThat(failed.detail()).contains(why);
            });
  }
}
