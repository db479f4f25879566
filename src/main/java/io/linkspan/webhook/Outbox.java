package io.linkspan.webhook;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Where events for other systems are left, in the transaction of the change that they tell of. */
public interface Outbox {
  /**
   * @param type of the contract, such as {@code calendar_synced}
   * @param data JSON members of the event's {@code data}
   */
  void publish(Handle tx, UUID organizerId, String type, Map<String, Object> data);

  /** {@link #publish} for many of one type, in their order. */
  default void publishAll(
      Handle tx, UUID organizerId, String type, List<Map<String, Object>> datas) {
    datas.forEach(data -> publish(tx, organizerId, type, data));
  }
}
