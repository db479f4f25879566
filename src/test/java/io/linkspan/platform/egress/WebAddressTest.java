package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.linkspan.platform.egress.OutboundRequest.Trust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
  @ParameterizedTest
  @CsvSource({
    "https://example.org, https://example.org/",
    "HTTPS://EXAMPLE.org:443/A, https://example.org/A",
    "http://example.org:80?x=1, http://example.org/?x=1",
    "http://example.org:8080/a#b, http://example.org:8080/a",
    "https://my_host.example.org/~me/(x), https://my_host.example.org/~me/(x)",
    "https://bücher.example/ü?q=ß, https://xn--bcher-kva.example/%C3%BC?q=%C3%9F",
    "https://xn--bcher-kva.example/, https://xn--bcher-kva.example/",
    "https://example.org/{a}|^`, https://example.org/%7Ba%7D%7C%5E%60",
    "https://example.org/%2e%2E/a, https://example.org/%2e%2E/a",
    "http://192.0.2.7:8080/, http://192.0.2.7:8080/",
    "http://[2001:DB8::1]/, http://[2001:db8:0:0:0:0:0:1]/",
    "http://[::ffff:1.2.3.4]/, http://1.2.3.4/",
    "http://localhost/, http://localhost/",
  })
  void read(String text, String uri) {}

  /** Spellings that some program, somewhere, dials as 127.0.0.1, and which are refused as such. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0X7F000001/",
        "http://017700000001/",
        "http://127.1/",
        "http://127.0.1/",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://0x7f.1/",
        "http://127.0.0.01/",
        "http://127.000.000.001/",
        "http://127.0.0.1./",
        "http://127.0.0.0x1/",
        "http://127.0x1/",
        "http://0/",
        "http://00/",
        "http://0x/",
        "http://4294967297/",
        "http://[::1%25lo]/",
        "http://[::1%lo]/",
        "http://[127.0.0.1]/",
        "http://[::127.1]/",
        "http://[::ffff:127.1]/",
        "http://[::ffff:0x7f.0.0.1]/",
        "http://[::ffff:127.0.0.01]/",
        "http://[0:0:0:0:0:0:0:0:1]/",
        "http://[::1/",
        "http://::1/",
        "http://[v1.x]/",
        "http://%31%32%37.0.0.1/",
        "http://127.0.0.1%2f/",
        "http://127%2E0%2E0%2E1/",
        "http://localhost./",
        "http://①②⑦.1/",
        "http://127。1/"
      })
  void oddSpellingsAreRefused(String text) {
    assertRefused(text);
  }

  /** Unicode that IDNA maps to digits and dots: read as what will be dialled. */
  @ParameterizedTest
  @ValueSource(strings = {"http://①②⑦.⓪.⓪.①/", "http://１２７。０．０｡１/", "http://127.0.0.1:80/"})
  void spellingsThatMapToAnAddressAreThatAddress(String text) {
    var address = WebAddress.parse(text, Trust.USER);
    assertThat(address.host()).isEqualTo("127.0.0.1");
    assertThat(address.literal()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http:example.org",
        "http:/example.org",
        "http:///",
        "http://",
        "https://?x",
        "http://#x",
        "http://:80/",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://example.org@127.0.0.1/",
        "http://example.org\\@127.0.0.1/",
        "http:\\\\example.org\\",
        "http://example.org\t/",
        "http://exa\nmple.org/",
        " http://example.org/",
        "http://example.org /",
        "http://example.org:/",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:+80/",
        "http://example.org:080/",
        "http://example.org:8o/",
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:6667/",
        "http://example..org/",
        "http://.example.org/",
        "http://-a.example.org/",
        "http://a-.example.org/",
        "http://example.org,127.0.0.1/",
        "http://exam;ple.org/",
        "http://ex*mple.org/",
        "http://straße.example/",
        "http://a\u200db.example/",
        "http://xn--/%zz",
        "http://example.org/%",
        "http://example.org/%4",
        "http://[]/",
        "http://[::1]x/",
        "http://[::1]:x/",
        "webcal://example.org/"
      })
  void whatIsNoPlainWebAddressIsRefused(String text) {
    assertRefused(text);
  }

  @Test
  void theOperatorMayUseAnyPort() {
    assertThat(WebAddress.parse("http://example.org:22/", Trust.OPERATOR).port()).isEqualTo(22);
  }

  @Test
  void namesThatAreTooLongAreRefused() {
    assertRefused("http://" + "a".repeat(64) + ".example/");
    assertRefused("http://" + "a.".repeat(130) + "example/");
  }

  @Test
  void readingItsOwnOutputChangesNothing() {
    for (String text : new String[] {"https://bücher.example/ü?q=%20|", "http://[::1]:81/?"}) {
      var once = WebAddress.parse(text, Trust.USER);
      assertThat(WebAddress.parse(once.uri().toString(), Trust.USER)).isEqualTo(once);
    }
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> WebAddress.parse(text, Trust.USER))
        .as(text)
        .isInstanceOf(BadAddress.class)
        .hasMessageNotContaining("secret");
  }
}
