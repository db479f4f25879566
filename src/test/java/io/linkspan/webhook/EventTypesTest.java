package io.linkspan.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.contract.EventSchemas;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class EventTypesTest {
  @Test
  void theContractsTypesAreListed() {
    assertThat(EventTypes.all().findValuesAsString("type"))
        .contains(
            "booking_created",
            "booking_cancelled",
            "booking_rescheduled",
            "booking_completed",
            "calendar_synced",
            "conflict_detected",
            "integration_disconnected",
            "webhook_disabled",
            "test");
  }

  @Test
  void everyExampleIsAsItsSchemaSaysAndNothingIsNot() {
    for (JsonNode type : EventTypes.all()) {
      String name = type.path("type").asString();
      assertThat(type.at("/example/type").asString()).isEqualTo(name);
      assertThat(EventSchemas.faults(name, type.at("/example/data"))).as(name).isEmpty();
      assertThat(EventSchemas.faults(name, JsonNodeFactory.instance.objectNode()))
          .as(name)
          .isNotEmpty();
    }
  }
}
