package io.linkspan.sandbox.google;

import io.linkspan.platform.http.Reply;
import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Accounts;
import io.linkspan.sandbox.world.Answers;
import io.linkspan.sandbox.world.Ask;
import io.linkspan.sandbox.world.Client;
import io.linkspan.sandbox.world.Consent;
import io.linkspan.sandbox.world.Grants;
import io.linkspan.sandbox.world.Vendor;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Google's OAuth for web server apps.
 *
 * @see <a href="https://developers.google.com/identity/protocols/oauth2/web-server">Using OAuth 2.0
 *     for web server applications</a>
 */
final class GoogleOAuth {
  private static final Set<String> IDENTITY = Set.of("openid", "email", "profile");

  private final Client client;
  private final Accounts accounts;
  private final Grants grants;

  GoogleOAuth(Client client, Accounts accounts, Grants grants) {
    this.client = client;
    this.accounts = accounts;
    this.grants = grants;
  }

  /** {@code GET} shows the consent page, {@code POST} is its answer. */
  Reply authorize(Ask ask) {
    if (!ask.query("client_id").orElse("").equals(client.id())) {
      return refused(401, "invalid_client", "The OAuth client was not found.");
    }
    String redirect = ask.query("redirect_uri").orElse("");
    if (!client.mayReturnTo(redirect)) {
      return refused(
          400,
          "redirect_uri_mismatch",
          "It may not return to " + redirect + ", which is not registered.");
    }
    if (!ask.query("response_type").orElse("").equals("code")) {
      return refused(400, "unsupported_response_type", "Only response_type=code is served.");
    }
    List<String> scopes = scopes(ask.query("scope").orElse(""));
    if (scopes.isEmpty()) {
      return refused(400, "invalid_request", "Missing required parameter: scope.");
    }
    Optional<String> unknown =
        scopes.stream().filter(scope -> !GoogleScopes.known(scope)).findFirst();
    if (unknown.isPresent()) {
      return refused(400, "invalid_scope", "Some requested scopes were invalid: " + unknown.get());
    }
    boolean challenged = ask.query("code_challenge").isPresent();
    if (challenged && !ask.query("code_challenge_method").orElse("plain").equals("S256")) {
      return refused(400, "invalid_request", "Only the code challenge method S256 is served.");
    }
    return ask.method().equals("POST")
        ? decided(ask, redirect, scopes)
        : asked(ask, redirect, scopes);
  }

  private static Reply refused(int status, String code, String detail) {
    return Consent.refusal(Vendor.GOOGLE, status, "Error " + status + ": " + code, detail);
  }

  private Reply asked(Ask ask, String redirect, List<String> scopes) {
    var wishes =
        scopes.stream()
            .map(s -> new Consent.Wish(s, GoogleScopes.words(s), !IDENTITY.contains(s)))
            .toList();
    return Consent.page(
        new Consent.Question(
            Vendor.GOOGLE,
            accounts.all(Vendor.GOOGLE),
            wishes,
            URI.create(redirect),
            ask.query("login_hint")));
  }

  private Reply decided(Ask ask, String redirect, List<String> scopes) {
    var back = new LinkedHashMap<String, String>();
    ask.query("state").ifPresent(state -> back.put("state", state));
    var account =
        ask.form("account").flatMap(accounts::find).filter(a -> a.vendor() == Vendor.GOOGLE);
    if (!ask.form("decision").orElse("").equals("allow") || account.isEmpty()) {
      back.put("error", "access_denied");
      return Consent.back(redirect, back);
    }
    Set<String> granted = new LinkedHashSet<>(scopes);
    List<String> ticked = ask.formAll("scope");
    granted.removeIf(scope -> !IDENTITY.contains(scope) && !ticked.contains(scope));
    boolean wanted = ask.query("access_type").orElse("online").equals("offline");
    boolean prompted = List.of(ask.query("prompt").orElse("").split(" ")).contains("consent");
    // without the prompt only the first grant brings a refresh token
    boolean offline = wanted && (prompted || !grants.hasOffline(account.get(), client.id()));
    var consent =
        new Grants.Consent(
            account.get(),
            client.id(),
            redirect,
            granted,
            offline,
            ask.query("code_challenge").orElse(null));
    back.put("code", grants.code(consent));
    back.put("scope", String.join(" ", granted));
    return Consent.back(redirect, back);
  }

  private static List<String> scopes(String text) {
    return List.of(text.split(" ")).stream().filter(scope -> !scope.isEmpty()).distinct().toList();
  }

  Reply token(Ask ask) {
    boolean known =
        ask.form("client_id").orElse("").equals(client.id())
            && ask.form("client_secret").orElse("").equals(client.secret());
    if (!known) {
      return error(401, "invalid_client", "Unauthorized");
    }
    try {
      return switch (ask.form("grant_type").orElse("")) {
        case "authorization_code" ->
            tokens(
                grants.exchange(
                    client,
                    ask.form("code").orElse(""),
                    ask.form("redirect_uri").orElse(""),
                    ask.form("code_verifier").orElse(null)));
        case "refresh_token" ->
            tokens(grants.refresh(client, ask.form("refresh_token").orElse("")));
        default -> error(400, "unsupported_grant_type", "Invalid grant_type");
      };
    } catch (Grants.Refused refused) {
      return switch (refused.refusal()) {
        case WRONG_REDIRECT -> error(400, "redirect_uri_mismatch", "Bad Request");
        case OTHER_CLIENT -> error(401, "unauthorized_client", "Unauthorized");
        case WRONG_VERIFIER -> error(400, "invalid_grant", "Invalid code verifier.");
        case UNKNOWN_CODE -> error(400, "invalid_grant", "Malformed auth code.");
        case EXPIRED_CODE, USED_CODE -> error(400, "invalid_grant", "Bad Request");
        case UNKNOWN_REFRESH_TOKEN -> error(400, "invalid_grant", "Bad Request");
        case USED_REFRESH_TOKEN, REVOKED, UNUSED_FOR_TOO_LONG ->
            error(400, "invalid_grant", "Token has been expired or revoked.");
      };
    }
  }

  private static Reply tokens(Grants.Issued issued) {
    ObjectNode body = Answers.object();
    body.put("access_token", issued.accessToken());
    body.put("expires_in", issued.expiresIn().toSeconds());
    issued.refreshToken().ifPresent(token -> body.put("refresh_token", token));
    body.put("scope", String.join(" ", issued.grant().scopes()));
    body.put("token_type", "Bearer");
    return Answers.json(body);
  }

  private static Reply error(int status, String error, String description) {
    ObjectNode body = Answers.object();
    body.put("error", error);
    body.put("error_description", description);
    return Answers.json(status, body);
  }

  Reply revoke(Ask ask) {
    String token = ask.form("token").or(() -> ask.query("token")).orElse("");
    return grants.revoke(token)
        ? Answers.json(Answers.object())
        : error(400, "invalid_token", "Token expired or revoked");
  }

  Reply userinfo(Ask ask) {
    var grant = ask.bearer().flatMap(grants::holder);
    if (grant.isEmpty()) {
      return error(401, "invalid_request", "Invalid Credentials");
    }
    Account account = grant.get().account();
    Set<String> scopes = grant.get().scopes();
    ObjectNode body = Answers.object();
    body.put("sub", account.subject());
    if (scopes.contains("email")) {
      body.put("email", account.email());
      body.put("email_verified", true);
    }
    if (scopes.contains("profile")) {
      body.put("name", account.name());
    }
    return Answers.json(body);
  }
}
