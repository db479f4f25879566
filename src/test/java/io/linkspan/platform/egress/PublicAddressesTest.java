package io.linkspan.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Classification only: nothing here opens a socket. */
class PublicAddressesTest {
  private static final PublicAddresses NONE_ALLOWED = new PublicAddresses(List.of());

  /** First and last of each block. */
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.255.255.255",
    "10.0.0.0, 10.255.255.255",
    "100.64.0.0, 100.127.255.255",
    "127.0.0.0, 127.255.255.255",
    "168.63.129.16, 168.63.129.16",
    "169.254.0.0, 169.254.255.255",
    "169.254.169.254, 169.254.169.254",
    "172.16.0.0, 172.31.255.255",
    "192.0.0.0, 192.0.0.255",
    "192.0.2.0, 192.0.2.255",
    "192.88.99.0, 192.88.99.255",
    "192.168.0.0, 192.168.255.255",
    "198.18.0.0, 198.19.255.255",
    "198.51.100.0, 198.51.100.255",
    "203.0.113.0, 203.0.113.255",
    "224.0.0.0, 239.255.255.255",
    "240.0.0.0, 255.255.255.255",
    "::, ::1",
    "::7f00:1, ::ffff",
    "64:ff9b::, 64:ff9b::ffff:ffff",
    "64:ff9b:1::, 64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "100::, 1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001::, 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:10::, 2001:2f:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2002::, 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "3fff::, 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
    "4000::, fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::, fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fd00:ec2::254, fd20:ce::254",
    "fe80::, febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fec0::, feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "ff00::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  })
  void forbidden(String first, String last) {
    for (String address : List.of(first, last)) {
      assertThat(NONE_ALLOWED.refusal(address(address))).as(address).isPresent();
    }
  }

  /** The neighbours of the blocks, and a few well-known ones. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0.0.0",
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2001:200::",
        "2001:db7:ffff::1",
        "2001:db9::",
        "2001:4860:4860::8888",
        "2003::1",
        "2606:4700::1111",
        "2620:4f:8000::1",
        "2a00:1450::1",
        "3ffe::1"
      })
  void allowed(String address) {
    assertThat(NONE_ALLOWED.refusal(address(address))).isEmpty();
  }

  @Test
  void anIpv4AddressMappedIntoIpv6IsJudgedAsIpv4() throws UnknownHostException {
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff7f000001");
    assertThat(NONE_ALLOWED.refusal(InetAddress.getByAddress(mapped)))
        .contains("a loopback address");
    assertThat(NONE_ALLOWED.refusal(address("::ffff:10.1.2.3"))).contains("a private address");
    assertThat(NONE_ALLOWED.refusal(address("::ffff:808:808"))).isEmpty();
    assertThat(allowing("10.0.0.0/8").refusal(address("::ffff:10.1.2.3"))).isEmpty();
    assertThat(allowing("::ffff:10.0.0.0/104").refusal(address("10.1.2.3"))).isEmpty();
    assertThat(allowing("::ffff:10.0.0.0/104").refusal(address("127.0.0.1"))).isPresent();
  }

  @Test
  void anAllowedNetworkLiftsTheRefusalForItselfOnly() {
    var policy = allowing("10.1.0.0/16", "fd00:1::/32", "192.168.5.9");
    assertThat(policy.refusal(address("10.1.255.255"))).isEmpty();
    assertThat(policy.refusal(address("10.2.0.0"))).isPresent();
    assertThat(policy.refusal(address("fd00:1:ffff::1"))).isEmpty();
    assertThat(policy.refusal(address("fd00:2::1"))).isPresent();
    assertThat(policy.refusal(address("192.168.5.9"))).isEmpty();
    assertThat(policy.refusal(address("192.168.5.8"))).isPresent();
    assertThat(policy.refusal(address("127.0.0.1"))).isPresent();
    assertThat(policy.refusal(address("::a01:1"))).as("compatible form").isPresent();
  }

  @Test
  void aMetadataAddressIsNeverAllowedNotEvenByItsOwnName() {
    for (String metadata :
        List.of(
            "169.254.169.254",
            "169.254.170.2",
            "169.254.170.23",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254")) {
      var blocks = allowing("0.0.0.0/0", "::/0", "169.254.0.0/16", "169.254.169.254/31");
      assertThat(blocks.refusal(address(metadata))).as(metadata).isPresent();
      assertThat(allowing(metadata).refusal(address(metadata))).as(metadata).isPresent();
    }
    assertThat(allowing("0.0.0.0/0").refusal(address("10.0.0.1"))).isEmpty();
  }

  @Test
  void aTranslatorIsNoWayAroundTheRulesForIpv4() {
    var nat64 = allowing("64:ff9b::/96", "2002::/16");
    assertThat(nat64.refusal(address("64:ff9b::8.8.8.8"))).isEmpty();
    assertThat(nat64.refusal(address("64:ff9b::127.0.0.1"))).isPresent();
    assertThat(nat64.refusal(address("64:ff9b::169.254.169.254"))).isPresent();
    assertThat(nat64.refusal(address("2002:0808:0808::1"))).isEmpty();
    assertThat(nat64.refusal(address("2002:0a00:0001::1"))).isPresent();
    assertThat(allowing("64:ff9b::/96", "10.0.0.0/8").refusal(address("64:ff9b::10.0.0.1")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10/8",
        "10.1",
        "010.0.0.0/8",
        "10.0.0.*",
        "10.0.0.0-10.0.0.9",
        "fd00::/129",
        "fe80::1%eth0/64",
        "::ffff:10.0.0.0/95",
        "localhost",
        "10.0.0.0/8 "
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Network.parse(text));
  }

  private static PublicAddresses allowing(String... networks) {
    return new PublicAddresses(Arrays.stream(networks).map(Network::parse).toList());
  }

  private static InetAddress address(String text) {
    return IpLiterals.read(text).orElseThrow();
  }
}
