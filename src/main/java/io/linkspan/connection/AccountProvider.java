package io.linkspan.connection;

import io.linkspan.platform.crypto.Secret;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A kind of account that people connect. */
public interface AccountProvider {
  /** As in the contract: {@code caldav}, {@code apple}, {@code ics}. */
  String name();

  /** How it is presented, from its {@code provider.json}. */
  ProviderCard card();

  /** Tries what a person entered at the provider. Slow: makes outbound calls. */
  Verification verify(Form form);

  /**
   * The origin that a form's password would be sent to, such as {@code https://dav.example:8443};
   * no call is made. Empty where no password is sent, or what was entered is no address.
   */
  default Optional<String> origin(Form form) {
    return Optional.empty();
  }

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
