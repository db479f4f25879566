package io.linkspan.connection;

import io.linkspan.connection.Connector.Form;
import io.linkspan.connection.Connector.FormConnector;
import io.linkspan.connection.Connector.Verification.Refused;
import io.linkspan.connection.Connector.Verification.Verified;
import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.crypto.Sealer.Place;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.time.Ids;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * The accounts that organizers connected: tried before they are stored, sealed while they are, and
 * found again by who they are.
 */
public final class Connections {
  private final Map<String, Connector> connectors;
  private final AccountStore store = new AccountStore();
  private final Sealer sealer;
  private final Database database;
  private final OrganizerLimits limits;
  private final Ids ids;
  private final Clock clock;

  public Connections(
      List<Connector> connectors,
      Sealer sealer,
      Database database,
      OrganizerLimits limits,
      Ids ids,
      Clock clock) {
    this.connectors =
        connectors.stream().collect(Collectors.toMap(Connector::accountType, Function.identity()));
    this.sealer = sealer;
    this.database = database;
    this.limits = limits;
    this.ids = ids;
    this.clock = clock;
  }

  /** Every provider there is, in the order of their names. */
  public List<ProviderCard> catalogue() {
    return connectors.values().stream()
        .map(Connector::card)
        .sorted((a, b) -> a.name().compareToIgnoreCase(b.name()))
        .toList();
  }

  public ProviderCard card(String provider) {
    return connector(provider).card();
  }

  /**
   * Tries what a person entered, at the provider itself.
   *
   * @throws Problem 400 with the cause, the field and the fix when it does not work
   */
  public Verified verify(String provider, Form form) {
    Database.requireNoTransaction("verifying an account");
    if (!(connector(provider) instanceof FormConnector connector)) {
      throw Problem.badField("/provider", "This provider is connected by signing in there.")
          .fix("Start with POST /api/v1/integrations/oauth/initiate/.");
    }
    return switch (connector.verify(form)) {
      case Verified verified -> verified;
      case Refused refused -> {
        var problem = Problem.badRequest(refused.code(), refused.detail()).fix(refused.fix());
        throw refused.pointer() == null
            ? problem
            : problem.field(refused.pointer(), refused.detail());
      }
    };
  }

  /**
   * Completes a form with what is stored: what a person leaves out when reconnecting is as it was.
   * A stored password goes only to the origin for which it was stored; for another one the form
   * stays without.
   */
  public Form completed(Form form, Account stored) {
    return switch (stored.credentials()) {
      case Credentials.Password p -> {
        var server = p.serverUrl().toString();
        var completed =
            new Form(
                form.serverUrl() == null ? server : form.serverUrl(),
                form.username() == null ? p.username() : form.username(),
                form.password(),
                null,
                null);
        var origin = origin(stored, completed);
        var known = new Form(server, p.username(), null, null, null);
        yield form.password() == null
                && (form.serverUrl() == null
                    || origin.isPresent() && origin.equals(origin(stored, known)))
            ? new Form(completed.serverUrl(), completed.username(), p.password(), null, null)
            : completed;
      }
      case Credentials.FeedAddress f ->
          new Form(
              null,
              null,
              null,
              form.url() == null ? f.url().reveal() : form.url(),
              stored.attributes().get("name"));
    };
  }

  private Optional<String> origin(Account account, Form form) {
    return connector(account.provider()) instanceof FormConnector connector
        ? connector.origin(form)
        : Optional.empty();
  }

  /** The account as it would be stored, for calls that come before. */
  public Account preview(UUID organizerId, String provider, Verified verified) {
    return new Account(
        organizerId,
        ids.next(),
        provider,
        verified.providerUserId(),
        verified.credentials(),
        verified.attributes());
  }

  /** Stores a verified account, or renews the one that is connected under the same identity. */
  public UUID store(Handle tx, Account account, Verified verified) {
    var known =
        store.findForUpdate(
            tx, account.organizerId(), account.provider(), account.providerUserId());
    var row = sealed(account, known.orElse(account.id()));
    if (known.isPresent()) {
      store.renew(tx, row, verified.email(), verified.displayName(), clock.instant());
    } else {
      limits.requireRoom(tx, account.organizerId(), OrganizerLimit.INTEGRATIONS, store::count);
      store.insert(tx, row, verified.email(), verified.displayName(), clock.instant());
    }
    return row.id();
  }

  /**
   * Gives a connected account new credentials and keeps its id.
   *
   * @throws Problem 409 when they open another account, or one that is connected already
   */
  public void renew(Handle tx, Account connected, Verified verified) {
    boolean sameAccount = connected.providerUserId().equals(verified.providerUserId());
    if (!sameAccount && !(verified.credentials() instanceof Credentials.FeedAddress)) {
      throw Problem.conflict(
              "different_account",
              "These credentials open the account "
                  + verified.providerUserId()
                  + ", but this connection belongs to "
                  + connected.providerUserId()
                  + ".")
          .fix(
              "Enter the credentials of the same account, or connect the other one as a new connection.");
    }
    var other =
        store.findForUpdate(
            tx, connected.organizerId(), connected.provider(), verified.providerUserId());
    if (other.isPresent() && !other.get().equals(connected.id())) {
      throw Problem.conflict(
              "already_connected", "This feed is connected already, by another connection.")
          .fix("Use the other connection, or disconnect it first.");
    }
    var renewed =
        new Account(
            connected.organizerId(),
            connected.id(),
            connected.provider(),
            verified.providerUserId(),
            verified.credentials(),
            verified.attributes());
    store.renew(
        tx,
        sealed(renewed, connected.id()),
        verified.email(),
        verified.displayName(),
        clock.instant());
  }

  /** Opens an account for one piece of work. */
  public Optional<Account> open(UUID organizerId, UUID accountId) {
    return database
        .query(handle -> store.find(handle, organizerId, accountId))
        .map(
            row ->
                new Account(
                    row.organizerId(),
                    row.id(),
                    row.provider(),
                    row.providerUserId(),
                    CredentialsCodec.decode(
                        sealer.open(row.credentials(), place(row.organizerId(), row.id()))),
                    row.attributes()));
  }

  /**
   * Locks the account until the transaction ends. Whoever changes an account together with what
   * stands on it locks it first, then its integration, then calendars.
   *
   * @return whether it is still there
   */
  public boolean lock(Handle tx, UUID organizerId, UUID accountId) {
    return store.lock(tx, organizerId, accountId);
  }

  /**
   * The provider refuses the credentials.
   *
   * @return whether that is news
   */
  public boolean markBroken(Handle tx, UUID organizerId, UUID accountId, String reason) {
    return store.markBroken(tx, organizerId, accountId, reason, clock.instant());
  }

  /**
   * The provider accepts the credentials.
   *
   * @return whether that is news
   */
  public boolean markLive(Handle tx, UUID organizerId, UUID accountId) {
    return store.markLive(tx, organizerId, accountId, clock.instant());
  }

  /** Forgets the account and its credentials; what stands on it goes too. */
  public void remove(Handle tx, UUID organizerId, UUID accountId) {
    store.delete(tx, organizerId, accountId);
  }

  private Connector connector(String name) {
    var connector = connectors.get(name);
    if (connector == null) {
      throw Problem.badField("/provider", "There is no provider '" + name + "'.")
          .fix(
              "Use one of: "
                  + String.join(", ", connectors.keySet().stream().sorted().toList())
                  + ".");
    }
    return connector;
  }

  private AccountStore.Row sealed(Account account, UUID id) {
    return new AccountStore.Row(
        account.organizerId(),
        id,
        account.provider(),
        account.providerUserId(),
        sealer.seal(
            CredentialsCodec.encode(account.credentials()), place(account.organizerId(), id)),
        account.attributes());
  }

  private static Place place(UUID organizerId, UUID accountId) {
    return new Place(organizerId, accountId, "credentials");
  }
}
