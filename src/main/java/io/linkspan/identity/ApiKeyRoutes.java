package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Caller;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.Ids;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** API keys: creating, listing and revoking them. */
final class ApiKeyRoutes implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(ApiKeyRoutes.class);

  /** Nobody edits a key: it is created and revoked. */
  private static final long VERSION = 1;

  private final ApiKeys keys;
  private final Callers callers;
  private final Organizers organizers;
  private final OrganizerLimits limits;
  private final Ids ids;
  private final Clock clock;

  ApiKeyRoutes(
      ApiKeys keys,
      Callers callers,
      Organizers organizers,
      OrganizerLimits limits,
      Ids ids,
      Clock clock) {
    this.keys = keys;
    this.callers = callers;
    this.organizers = organizers;
    this.limits = limits;
    this.ids = ids;
    this.clock = clock;
  }

  record CreateKey(String name, List<String> scopes, @Nullable Instant expiresAt) {}

  @Override
  public void register(Operations operations) {
    operations.on(
        "listApiKeys",
        call -> Reply.ok(keys.list(call.organizerId()).stream().map(Views.Key::of).toList()));
    operations.on("createApiKey", this::create);
    operations.on("deleteApiKey", this::delete);
  }

  private Reply create(Call call) {
    var request = call.body(CreateKey.class);
    UUID owner = call.organizerId();
    requireNoMoreThan(call.caller(), owner, request.scopes());
    Optional<ApiKey> creator = callers.presentedKey(call);
    Instant expiresAt = expiry(creator, Optional.ofNullable(request.expiresAt()));
    Secret secret = ApiKeys.make();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var key =
        new ApiKey(
            owner,
            ids.next(),
            Names.check(request.name(), "/name"),
            ApiKeys.shown(secret),
            request.scopes(),
            expiresAt,
            null,
            now);
    return call.transact(
        tx -> {
          limits.requireRoom(tx, owner, OrganizerLimit.API_KEYS, keys::count);
          keys.store(tx, key, secret, creator);
          LOG.info(
              "{} created API key {} for {}, request {}",
              call.caller().userId(),
              key.id(),
              owner,
              call.requestId());
          return Reply.created(
                  new Views.CreatedKey(
                      key.id(),
                      key.name(),
                      secret.reveal(),
                      key.prefix(),
                      key.scopes(),
                      expiresAt,
                      null,
                      now))
              .version(VERSION);
        });
  }

  private void requireNoMoreThan(Caller caller, UUID owner, List<String> scopes) {
    for (String scope : scopes) {
      boolean had = scope.equals("*") ? caller.scopes().contains("*") : caller.may(scope);
      if (!had) {
        throw Problem.of(
                403,
                "scope_exceeds_caller",
                "Forbidden",
                "You cannot give the scope " + scope + ", because you do not have it.")
            .fix("Leave it out, or sign in with more.");
      }
    }
    boolean ownerIsAdmin = organizers.find(owner).filter(Organizer::admin).isPresent();
    if (scopes.contains(Caller.ADMIN) && !ownerIsAdmin) {
      throw Problem.of(
              403,
              "scope_exceeds_caller",
              "Forbidden",
              "The scope admin is for administrators, which this organizer is not.")
          .fix("Leave it out.");
    }
  }

  /** A key does not outlive the key that created it. */
  private @Nullable Instant expiry(Optional<ApiKey> creator, Optional<Instant> wanted) {
    Optional<Instant> expiresAt = wanted.map(time -> time.truncatedTo(ChronoUnit.MICROS));
    if (expiresAt.filter(time -> !time.isAfter(clock.instant())).isPresent()) {
      throw Problem.badField("/expires_at", "This moment has passed already.");
    }
    Optional<Instant> creators = creator.flatMap(key -> Optional.ofNullable(key.expiresAt()));
    if (creators.isPresent() && expiresAt.map(time -> time.isAfter(creators.get())).orElse(true)) {
      throw Problem.of(
              403,
              "scope_exceeds_caller",
              "Forbidden",
              "A key cannot outlive the key that creates it, which expires at "
                  + creators.get()
                  + ".")
          .fix("Give an expires_at no later than that, or sign in.")
          .field("/expires_at", "At the latest " + creators.get() + ".");
    }
    return expiresAt.orElse(null);
  }

  private Reply delete(Call call) {
    UUID id = call.id("id");
    return call.transact(
        tx -> {
          if (!keys.revoke(tx, call.organizerId(), id)) {
            throw Problem.notFound("API key");
          }
          call.requireMatch(VERSION);
          LOG.info(
              "{} revoked API key {}, request {}", call.caller().userId(), id, call.requestId());
          return Reply.noContent();
        });
  }
}
