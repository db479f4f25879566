package io.linkspan.connection;

import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A feature that uses connected accounts: calendars, video. Connecting one gives it an integration.
 */
public interface AccountFeature {
  /** As in the contract: {@code calendar} or {@code video}. */
  String integrationType();

  /**
   * Looks at the provider what the account has for this feature. Calls out.
   *
   * @throws io.linkspan.platform.http.Problem when it has nothing, or cannot be asked
   */
  Discovered discover(Account account);

  /** What was found, to be stored together with the account. */
  interface Discovered {
    /**
     * Stores the integration; one that is there keeps its id and choices.
     *
     * @param accountId under which the account is stored
     */
    Attached attach(Handle tx, UUID accountId, String displayName, @Nullable String requestId);
  }

  /**
   * @param created whether there was none on this account
   */
  record Attached(UUID integrationId, boolean created) {}

  /** Says of each integration on the account that its provider refuses the credentials. */
  void accountBroken(Handle tx, UUID organizerId, UUID accountId, String reason);
}
