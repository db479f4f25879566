package io.linkspan.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.linkspan.connection.Connector.Form;
import io.linkspan.connection.Connector.FormConnector;
import io.linkspan.connection.Connector.Verification.Refused;
import io.linkspan.connection.Connector.Verification.Verified;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every kind of account keeps to. */
public interface ConnectorContract {
  FormConnector connector();

  /** What a person would enter and what works. */
  Form goodForm();

  /** What must never be seen: the password, the secret part of an address. */
  String secret();

  @Test
  default void whatWorksIsVerifiedUnderTheSameIdentityEveryTime() {
    var first = (Verified) connector().verify(goodForm());
    var second = (Verified) connector().verify(goodForm());
    assertThat(first.providerUserId()).isNotBlank().isEqualTo(second.providerUserId());
    assertThat(first.displayName()).isNotBlank();
    assertThat(first.attributes()).isEqualTo(second.attributes());
  }

  @Test
  default void whatIsShownOfAnAccountHoldsNoSecret() {
    var verified = (Verified) connector().verify(goodForm());
    assertThat(verified.providerUserId()).doesNotContain(secret());
    assertThat(verified.displayName()).doesNotContain(secret());
    assertThat(verified.attributes().toString()).doesNotContain(secret());
    assertThat(verified.toString()).doesNotContain(secret());
  }

  @Test
  default void anEmptyFormIsRefusedWithTheFieldAndTheFix() {
    var refused = (Refused) connector().verify(new Form(null, null, null, null, null));
    assertThat(refused.code()).matches("[a-z_]+");
    assertThat(refused.pointer()).startsWith("/");
    assertThat(refused.detail()).endsWith(".");
    assertThat(refused.fix()).endsWith(".");
  }

  @Test
  default void theCardIsCompleteAndAsksForWhatTheFormCanHold() {
    var card = connector().card();
    assertThat(card.provider()).isEqualTo(connector().accountType());
    assertThat(card.kind()).isEqualTo("calendar");
    assertThat(card.name()).isNotBlank();
    assertThat(card.summary()).endsWith(".");
    assertThat(card.reads()).isNotEmpty().allSatisfy(line -> assertThat(line).endsWith("."));
    assertThat(card.helpSteps()).isNotEmpty().allSatisfy(line -> assertThat(line).endsWith("."));
    assertThat(card.connect().fields())
        .isNotEmpty()
        .allSatisfy(
            field -> {
              assertThat(field.name())
                  .isIn(Set.of("server_url", "username", "password", "url", "name"));
              assertThat(field.type()).isIn(Set.of("text", "url", "email", "password"));
              assertThat(field.label()).isNotBlank();
            });
  }

  @Test
  default void setUpTextAndIconLieBesideTheCard() {
    for (var file : new String[] {"setup.md", "icon.svg"}) {
      var path = "/io/linkspan/provider/" + connector().accountType() + "/" + file;
      assertThat(Connector.class.getResource(path)).as(path).isNotNull();
    }
  }
}
