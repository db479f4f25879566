package io.linkspan.sandbox.world;

import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.egress.Exchange;
import io.linkspan.platform.egress.OutboundRequest;
import io.linkspan.platform.egress.OutboundRequest.Trust;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells apps that something changed. A notification is sent once: who misses it learns of the
 * change by polling, which is what has to work.
 */
public final class Notifier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
  private static final OutboundRequest.Limits LIMITS =
      new OutboundRequest.Limits(Duration.ofSeconds(10), 64 << 10, 64 << 10, true, 0);

  private final Egress egress;
  private final Faults faults;
  private final URI ownServer;
  private final ExecutorService sending = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param ownServer whose addresses may be reached wherever they are; those of others only as far
   *     as a user's may
   */
  public Notifier(Egress egress, Faults faults, URI ownServer) {
    this.egress = egress;
    this.faults = faults;
    this.ownServer = ownServer;
  }

  /** Whether the address is of the server that the sandbox is part of. */
  public boolean isOwn(URI address) {
    return ownServer.getScheme().equalsIgnoreCase(address.getScheme())
        && ownServer.getRawAuthority().equalsIgnoreCase(address.getRawAuthority());
  }

  /**
   * Sends it in the background, unless a fault loses it.
   *
   * @param watched path of what changed, for faults
   */
  public void tell(
      Vendor vendor, String watched, URI address, Map<String, String> headers, byte[] body) {
    var fault = faults.ofNotification(vendor, watched);
    if (fault.filter(Fault::losesNotification).isPresent()) {
      return;
    }
    int times = fault.filter(Fault::doublesNotification).isPresent() ? 2 : 1;
    var delay = fault.map(Fault::delay).orElse(Duration.ZERO);
    for (int i = 0; i < times; i++) {
      sending.execute(
          () -> {
            try {
              Thread.sleep(delay);
            } catch (InterruptedException stopping) {
              Thread.currentThread().interrupt();
              return;
            }
            if (call(address, headers, body) instanceof Exchange.Failed failed) {
              LOG.info("A notification of the sandbox did not arrive: {}", failed.detail());
            }
          });
    }
  }

  /** Sends it now and says what was answered. */
  public Exchange call(URI address, Map<String, String> headers, byte[] body) {
    var all = new LinkedHashMap<String, List<String>>();
    headers.forEach((name, value) -> all.put(name, List.of(value)));
    return egress.send(
        new OutboundRequest(
            "POST", address, all, body, isOwn(address) ? Trust.OPERATOR : Trust.USER, LIMITS));
  }

  @Override
  public void close() {
    sending.shutdownNow();
  }
}
