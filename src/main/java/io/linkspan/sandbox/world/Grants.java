package io.linkspan.sandbox.world;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Codes, access tokens and refresh tokens of one vendor (RFC 6749, RFC 7636). */
public final class Grants {
  private final Clock clock;
  private final Terms terms;
  private final Map<String, Code> codes = new HashMap<>();
  private final Map<String, Access> access = new HashMap<>();
  private final Map<String, Refresh> refresh = new HashMap<>();
  private final Set<String> revoked = new HashSet<>();
  private final List<Grant> all = new ArrayList<>();

  /**
   * How long a vendor's tokens live.
   *
   * @param unused a refresh token dies after so long without use
   * @param rotating whether a refresh token is good for one use
   * @param prefix of everything that is handed out
   */
  public record Terms(
      Duration code, Duration access, Duration unused, boolean rotating, String prefix) {}

  /** What an app asked for, and a person allowed. */
  public record Consent(
      Account account,
      String clientId,
      String redirectUri,
      Set<String> scopes,
      boolean offline,
      @Nullable String challenge) {}

  private record Code(Consent consent, Instant until) {}

  private record Access(Grant grant, Instant until) {}

  private record Refresh(Grant grant, Instant until, boolean spent) {}

  /** What an app gets. */
  public record Issued(
      Grant grant, String accessToken, Optional<String> refreshToken, Duration expiresIn) {}

  /** Why there is nothing, as a vendor words it. */
  public enum Refusal {
    UNKNOWN_CODE,
    EXPIRED_CODE,
    USED_CODE,
    WRONG_REDIRECT,
    WRONG_VERIFIER,
    UNKNOWN_REFRESH_TOKEN,
    USED_REFRESH_TOKEN,
    REVOKED,
    UNUSED_FOR_TOO_LONG,
    OTHER_CLIENT
  }

  /** Thrown where a token endpoint says no. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Refusal refusal;

    Refused(Refusal refusal) {
      super(refusal.name(), null, false, false);
      this.refusal = refusal;
    }

    public Refusal refusal() {
      return refusal;
    }
  }

  public Grants(Clock clock, Terms terms) {
    this.clock = clock;
    this.terms = terms;
  }

  /** A code for an app, once. */
  public synchronized String code(Consent consent) {
    String code = Tokens.fresh(terms.prefix() + "code-");
    codes.put(code, new Code(consent, clock.instant().plus(terms.code())));
    return code;
  }

  /** Whether the app may already come back without the person. */
  public synchronized boolean hasOffline(Account account, String clientId) {
    return all.stream()
        .filter(grant -> grant.offline() && !revoked.contains(grant.id()))
        .anyMatch(g -> g.account() == account && g.clientId().equals(clientId));
  }

  /**
   * @param verifier null if the app sent none
   * @throws Refused for anything but the code's own app, redirect and verifier, once, in time
   */
  public synchronized Issued exchange(
      Client client, String code, String redirectUri, @Nullable String verifier) {
    Code known = codes.get(code);
    if (known == null) {
      throw new Refused(Refusal.UNKNOWN_CODE);
    }
    var consent = known.consent();
    if (!consent.clientId().equals(client.id())) {
      throw new Refused(Refusal.OTHER_CLIENT);
    }
    if (known.until().equals(Instant.MIN)) {
      throw new Refused(Refusal.USED_CODE);
    }
    if (known.until().isBefore(clock.instant())) {
      throw new Refused(Refusal.EXPIRED_CODE);
    }
    if (!consent.redirectUri().equals(redirectUri)) {
      throw new Refused(Refusal.WRONG_REDIRECT);
    }
    // a code that was tried with the wrong verifier is in the wrong hands
    codes.put(code, new Code(consent, Instant.MIN));
    if (consent.challenge() != null
        && (verifier == null || !consent.challenge().equals(Tokens.challenge(verifier)))) {
      throw new Refused(Refusal.WRONG_VERIFIER);
    }
    var grant =
        new Grant(
            Tokens.fresh(""),
            consent.account(),
            client.id(),
            consent.scopes(),
            consent.offline(),
            clock.instant());
    all.add(grant);
    return issue(grant, grant.offline());
  }

  /**
   * @throws Refused if the token is unknown, used before where it rotates, revoked or too old
   */
  public synchronized Issued refresh(Client client, String refreshToken) {
    Refresh known = refresh.get(refreshToken);
    if (known == null) {
      throw new Refused(Refusal.UNKNOWN_REFRESH_TOKEN);
    }
    Grant grant = known.grant();
    if (!grant.clientId().equals(client.id())) {
      throw new Refused(Refusal.OTHER_CLIENT);
    }
    if (revoked.contains(grant.id())) {
      throw new Refused(Refusal.REVOKED);
    }
    if (known.spent()) {
      throw new Refused(Refusal.USED_REFRESH_TOKEN);
    }
    if (known.until().isBefore(clock.instant())) {
      throw new Refused(Refusal.UNUSED_FOR_TOO_LONG);
    }
    refresh.put(refreshToken, lasting(grant, terms.rotating()));
    return issue(grant, terms.rotating());
  }

  private Refresh lasting(Grant grant, boolean spent) {
    return new Refresh(grant, clock.instant().plus(terms.unused()), spent);
  }

  private Issued issue(Grant grant, boolean withRefreshToken) {
    var now = clock.instant();
    access.values().removeIf(old -> old.until().isBefore(now));
    String token = Tokens.fresh(terms.prefix() + "access-");
    access.put(token, new Access(grant, now.plus(terms.access())));
    Optional<String> renewal = Optional.empty();
    if (withRefreshToken) {
      renewal = Optional.of(Tokens.fresh(terms.prefix() + "refresh-"));
      refresh.put(renewal.get(), lasting(grant, false));
    }
    return new Issued(grant, token, renewal, terms.access());
  }

  /** Whose access token it is; empty if it is unknown, expired or revoked. */
  public synchronized Optional<Grant> holder(String accessToken) {
    Access known = access.get(accessToken);
    return known == null
            || !clock.instant().isBefore(known.until())
            || revoked.contains(known.grant().id())
        ? Optional.empty()
        : Optional.of(known.grant());
  }

  /**
   * Ends the grant that a token of either kind belongs to.
   *
   * @return false if there is no such token
   */
  public synchronized boolean revoke(String token) {
    Refresh renewal = refresh.get(token);
    Access current = access.get(token);
    Grant grant = renewal != null ? renewal.grant() : current != null ? current.grant() : null;
    if (grant == null || revoked.contains(grant.id())) {
      return false;
    }
    // withdrawing one grant withdraws the app's whole access, as vendors do
    all.stream()
        .filter(g -> g.account() == grant.account() && g.clientId().equals(grant.clientId()))
        .forEach(g -> revoked.add(g.id()));
    return true;
  }

  /** As if the person had removed every app from the account. */
  public synchronized int revokeAll(Account account) {
    var living = living(account);
    living.forEach(grant -> revoked.add(grant.id()));
    return living.size();
  }

  /** Access tokens of the account end now; refresh tokens stay. */
  public synchronized int expireAll(Account account) {
    int before = access.size();
    access.values().removeIf(token -> token.grant().account() == account);
    return before - access.size();
  }

  /** Grants that still hold. */
  public synchronized List<Grant> living(Account account) {
    return all.stream()
        .filter(grant -> grant.account() == account && !revoked.contains(grant.id()))
        .toList();
  }
}
