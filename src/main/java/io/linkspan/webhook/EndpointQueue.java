package io.linkspan.webhook;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** The part of the delivery queue that one webhook's endpoint is sent. */
public record EndpointQueue(UUID organizerId, UUID webhookId) {
  /** Sorts before all others. */
  public static final EndpointQueue FIRST = new EndpointQueue(Rows.FIRST_ID, Rows.FIRST_ID);

  /** Of a row with {@code organizer_id} and {@code webhook_id}. */
  public static EndpointQueue of(ResultSet rs) throws SQLException {
    return new EndpointQueue(
        rs.getObject("organizer_id", UUID.class), rs.getObject("webhook_id", UUID.class));
  }
}
