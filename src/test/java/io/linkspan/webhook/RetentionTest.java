package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetentionTest extends WebhookTestCase {
  @Test
  void whatIsOlderThanWhatIsKeptGoesWithTheWholePartitionOfItsDay() {
    var made = create(Map.of("events", java.util.List.of("invoice.paid")));
    publish("invoice.paid", Map.of("number", 1));
    receiver.next();
    var delivery = finished(made);
    String redeliver = deliveries(made) + delivery.at("/id").asString() + "/redeliver/";
    String today =
        "delivery_attempts_"
            + CLOCK
                .instant()
                .atZone(ZoneOffset.UTC)
                .toLocalDate()
                .format(DateTimeFormatter.BASIC_ISO_DATE);
    assertThat(delivery.at("/attempts")).hasSize(1);
    assertThat(exists(today)).isTrue();

    webhooks.forgetBefore(CLOCK.instant().minus(Duration.ofDays(1)));
    assertThat(exists(today)).isTrue();
    assertThat(ada.post(redeliver).status()).isEqualTo(202);
    receiver.next();
    finished(made);

    database.useTransaction(tx -> tx.execute("DELETE FROM events"));
    var gone = ada.post(redeliver);
    assertThat(gone.status()).isEqualTo(409);
    assertThat(gone.code()).isEqualTo("event_gone");

    webhooks.forgetBefore(CLOCK.instant().plus(Duration.ofDays(2)));
    assertThat(exists(today)).isFalse();
    assertThat(ada.get(deliveries(made)).json().at("/results")).isEmpty();
  }

  private static boolean exists(String table) {
    return database.query(
        handle ->
            handle
                .createQuery("SELECT to_regclass(:table) IS NOT NULL")
                .bind("table", table)
                .mapTo(Boolean.class)
                .one());
  }
}
