package io.linkspan.platform.egress;

import io.linkspan.platform.egress.Exchange.Answered;
import io.linkspan.platform.egress.Exchange.Failed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * The program that {@link NamespaceTest} runs in {@link OwnNetwork}.
 *
 * <p>Prints {@code answered URL} and {@code failed REASON URL} for each exchange.
 */
final class HostileAddresses {
  private final HttpEgress egress;
  private final int port;

  private HostileAddresses(AddressPolicy policy, OwnNetwork network) {
    this.port = network.port();
    this.egress =
        new HttpEgress(
            policy,
            network,
            TestTls.none(),
            new SimpleMeterRegistry(),
            new HttpEgress.Settings(100, 10, Duration.ofSeconds(1), "corpus", Path.of("target")));
  }

  public static void main(String[] args) throws Exception {
    try (var network = OwnNetwork.enter()) {
      new HostileAddresses(OwnNetwork.policy(args[0]), network).run();
      network.fence();
    }
  }

  private void run() {
    for (String host : OwnNetwork.HOSTS) {
      send("http://" + host + ":" + port + "/");
    }
    Stream.concat(OwnNetwork.names().stream().sorted(), OwnNetwork.names().stream().sorted())
        .forEach(name -> send("http://" + name + ":" + port + "/"));
    for (String host : OwnNetwork.HOSTS) {
      send("http://public.example:" + port + "/redirect?to=" + host);
    }
    egress.close();
  }

  private void send(String url) {
    Exchange exchange;
    try {
      URI uri = WebAddress.parse(url, OutboundRequest.Trust.USER).uri();
      var limits = new OutboundRequest.Limits(Duration.ofSeconds(5), 1 << 20, 1 << 20, false, 5);
      exchange = egress.send(Calls.get(uri, limits));
    } catch (BadAddress e) {
      exchange = new Failed(Exchange.Reason.BAD_ADDRESS, "" + e.getMessage(), Duration.ZERO);
    }
    switch (exchange) {
      case Answered _ -> print("answered " + url);
      case Failed failed -> print("failed " + failed.reason() + " " + url);
    }
  }

  private static void print(String line) {
    System.out.println(line);
  }
}
