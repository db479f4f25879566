package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.platform.egress.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
  private final ClientAddress clients =
      new ClientAddress(List.of(Network.parse("127.0.0.0/8"), Network.parse("10.0.0.0/8")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // whoever connects without a proxy cannot name another
        "203.0.113.1 | 198.51.100.9                       | 203.0.113.1",
        "127.0.0.1   | 198.51.100.9, 203.0.113.7          | 203.0.113.7",
        "10.1.2.3    | 198.51.100.9, 203.0.113.7, 10.9.9.9 | 203.0.113.7",
        "10.1.2.3    | 10.4.4.4, 10.9.9.9                 | 10.4.4.4",
        "127.0.0.1   | 203.0.113.7:4711                   | 203.0.113.7",
        "127.0.0.1   | [2001:db8::1]:4711                 | 2001:db8:0:0:0:0:0:1",
        "[::ffff:127.0.0.1] | 2001:db8::1                 | 2001:db8:0:0:0:0:0:1",
        "127.0.0.1   | unknown                            | 127.0.0.1",
        "10.1.2.3    | 203.0.113.7, <script>, 10.9.9.9    | 10.9.9.9",
        "127.0.0.1   | ,                                  | 127.0.0.1",
      })
  void theRightMostAddressThatIsNoProxysIsTheClients(
      String peer, String forwarded, String expected) {
    assertThat(clients.of(peer, List.of(forwarded))).isEqualTo(expected);
  }

  @Test
  void severalHeadersAreOneList() {
    assertThat(clients.of("127.0.0.1", List.of("198.51.100.9", "203.0.113.7", "10.9.9.9")))
        .isEqualTo("203.0.113.7");
    assertThat(clients.of("127.0.0.1", List.of())).isEqualTo("127.0.0.1");
  }

  @Test
  void aLongListOrALongEntryNamesNobodyAndIsNoLongerThanAnAddress() {
    assertThat(clients.of("127.0.0.1", List.of("9".repeat(14_000)))).isEqualTo("127.0.0.1");
    String many = "203.0.113.7, " + "10.0.0.1, ".repeat(2_000) + "10.0.0.2";
    assertThat(clients.of("127.0.0.1", List.of(many))).isEqualTo("10.0.0.1");
  }
}
