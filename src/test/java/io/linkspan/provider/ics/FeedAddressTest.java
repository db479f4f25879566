package io.linkspan.provider.ics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedAddressTest {
  @ParameterizedTest
  @CsvSource({
    "webcal://Example.org/a.ics, https://example.org/a.ics",
    "WEBCAL://example.org/a.ics, https://example.org/a.ics",
    "http://example.org:8080/a.ics?x=1#y, http://example.org:8080/a.ics?x=1",
    "example.org/a.ics, https://example.org/a.ics",
    "'  https://example.org  ', https://example.org/",
    "https://example.org/a b/ü.ics, https://example.org/a%20b/%C3%BC.ics",
    "https://me:secret@example.org/a.ics, https://example.org/a.ics"
  })
  void whatIsTypedBecomesAnAddress(String typed, String expected) {
    assertThat(FeedAddress.of(typed).orElseThrow().uri()).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://example.org/a", "https://", "mailto:a@b.c", "://", "file:///etc/passwd"})
  void whatIsNoneIsNone(String typed) {
    assertThat(FeedAddress.of(typed)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://calendar.google.com/calendar/ical/alice%40example.org/private-SECRET0123456789abcdef/basic.ics",
        "https://outlook.office365.com/owa/calendar/SECRET0123456789abcdef@example.org/SECRET0123456789abcdef/calendar.ics",
        "https://p42-caldav.icloud.com/published/2/SECRET0123456789abcdefSECRET0123456789abcdef",
        "https://www.airbnb.com/calendar/ical/12345678.ics?s=SECRET0123456789abcdef",
        "https://user:SECRET0123456789abcdef@example.org/feed.ics",
        "https://example.org/feed.ics?token=SECRET0123456789abcdef",
        "https://example.org/calendar/SECRETcorrect/SECRET-horse/SECRETbattery.ics",
        "https://example.org/SECRETstaple"
      })
  void whatIsShownHoldsNoSecretAndStillTellsFeedsApart(String url) {
    var shown = FeedAddress.of(url).orElseThrow().withoutSecrets();
    assertThat(shown).doesNotContain("SECRET").startsWith("https://");
    assertThat(FeedAddress.of(url).orElseThrow().toString()).isEqualTo(shown);
    assertThat(
            FeedAddress.of(url.replace("@example", "@other") + "0").orElseThrow().withoutSecrets())
        .isNotEqualTo(shown);
  }

  @Test
  void ofThePathOnlyWordsAreShownThatFeedsHaveInCommon() {
    assertThat(
            FeedAddress.of("https://calendar.example.org/calendar/ical/ada%40x.org/hush/Basic.ics")
                .orElseThrow()
                .withoutSecrets())
        .startsWith("https://calendar.example.org/calendar/ical/…/…/Basic.ics (");
  }

  @Test
  void theSameFeedIsTheSameByAnyScheme() {
    assertThat(FeedAddress.of("webcal://example.org/x.ics").orElseThrow().withoutSecrets())
        .isEqualTo(FeedAddress.of("https://EXAMPLE.org/x.ics").orElseThrow().withoutSecrets());
  }
}
