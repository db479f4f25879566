package io.linkspan.webhook;

import io.linkspan.platform.db.Storable;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.time.Ids;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The outbox: {@code events}, one row for each event, in the order of their ids. */
public final class OutboxStore implements Outbox {
  private final Ids ids;
  private final Clock clock;

  public OutboxStore(Ids ids, Clock clock) {
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public void publish(Handle tx, UUID organizerId, String type, Map<String, Object> data) {
    publishAll(tx, organizerId, type, List.of(data));
  }

  @Override
  public void publishAll(
      Handle tx, UUID organizerId, String type, List<Map<String, Object>> datas) {
    if (datas.isEmpty()) {
      return;
    }
    var now = clock.instant();
    try (var batch =
        tx.prepareBatch(
            """
            INSERT INTO events (organizer_id, id, type, data, created_at)
            VALUES (:organizer, :id, :type, :data::jsonb, :now)
            """)) {
      for (var data : datas) {
        batch
            .bind("organizer", organizerId)
            .bind("id", ids.next())
            .bind("type", type)
            .bind("data", Storable.json(Json.text(data)))
            .bind("now", now)
            .add();
      }
      batch.execute();
    }
  }
}
