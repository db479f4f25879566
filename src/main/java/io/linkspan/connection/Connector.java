package io.linkspan.connection;

import io.linkspan.platform.crypto.Secret;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How accounts of one type are connected. */
public sealed interface Connector {
  /** Type of account, such as {@code caldav} or {@code google}: the provider's folder. */
  String accountType();

  /** How it is presented, from its {@code provider.json}. */
  ProviderCard card();

  /** A person enters credentials in a form of ours. */
  non-sealed interface FormConnector extends Connector {
    /** Tries what a person entered at the provider. Slow: makes outbound calls. */
    Verification verify(Form form);

    /**
     * The origin that a form's password would be sent to, such as {@code https://dav.example:8443};
     * no call is made. Empty where no password is sent, or what was entered is no address.
     */
    default Optional<String> origin(Form form) {
      return Optional.empty();
    }
  }

  /** A person consents at the provider, who sends them back with a code (RFC 6749, section 4.1). */
  non-sealed interface OAuthConnector extends Connector {}

  /** What a person entered; which members are needed, the {@link #card} says. */
  record Form(
      @Nullable String serverUrl,
      @Nullable String username,
      @Nullable Secret password,
      @Nullable String url,
      @Nullable String name) {}

  /** What came of trying. */
  sealed interface Verification {
    /**
     * It works.
     *
     * @param providerUserId identifies the account: connecting it again finds the same one
     * @param email of the account, where the provider tells it
     * @param displayName for people, without secrets
     * @param attributes see {@link Account#attributes}
     */
    record Verified(
        String providerUserId,
        @Nullable String email,
        String displayName,
        Credentials credentials,
        Map<String, String> attributes)
        implements Verification {}

    /**
     * It does not.
     *
     * @param code stable, {@code snake_case}: {@code wrong_password}, {@code unreachable}, {@code
     *     tls_failed}, …
     * @param pointer the field at fault as a JSON Pointer, such as {@code /password}
     * @param detail what happened
     * @param fix what the person can do
     */
    record Refused(String code, @Nullable String pointer, String detail, String fix)
        implements Verification {}
  }
}
