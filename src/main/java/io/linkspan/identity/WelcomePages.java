package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Pages;
import io.linkspan.platform.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pages behind the one-time links: making the first administrator, and accepting an invitation.
 * They stand alone, since nobody is signed in yet; what they send goes through the contract.
 */
final class WelcomePages implements Pages.Routes {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z_]+)}}");

  private final FirstAdmin firstAdmin;
  private final Invitations invitations;
  private final String setup = resource("setup.html");
  private final String invitation = resource("invitation.html");
  private final String dead = resource("dead-link.html");
  private final byte[] script = resource("welcome.js").getBytes(StandardCharsets.UTF_8);
  private final byte[] icon = resource("icon.svg").getBytes(StandardCharsets.UTF_8);
  private final byte[] style = resource("welcome.css").getBytes(StandardCharsets.UTF_8);

  WelcomePages(FirstAdmin firstAdmin, Invitations invitations) {
    this.firstAdmin = firstAdmin;
    this.invitations = invitations;
  }

  @Override
  public void register(Pages pages) {
    pages.get(Links.SETUP + "{token}", this::setup);
    pages.get(Links.INVITE + "{token}", this::invitation);
    pages.get("/welcome/welcome.js", _ -> asset("text/javascript; charset=utf-8", script));
    pages.get("/welcome/icon.svg", _ -> asset("image/svg+xml", icon));
    pages.get("/welcome/welcome.css", _ -> asset("text/css; charset=utf-8", style));
  }

  private Reply setup(Pages.Visit visit) {
    if (firstAdmin.open(Secret.of(visit.pathParameter("token")))) {
      return page(200, setup, Map.of());
    }
    return firstAdmin.missing()
        ? dead(
            "This is not the link that was printed last.",
            "Each start of the server prints a new set-up link, and only the last one works. Look"
                + " for it in the server’s output, or restart the server to get another.")
        : dead(
            "The set-up is done.",
            "The first administrator exists, so this link has served its purpose. Sign in, or ask"
                + " an administrator for an invitation.");
  }

  private Reply invitation(Pages.Visit visit) {
    return invitations
        .find(Secret.of(visit.pathParameter("token")))
        .map(
            invited ->
                page(200, invitation, Map.of("email", invited.email(), "name", invited.name())))
        .orElseGet(
            () ->
                dead(
                    "This invitation no longer works.",
                    "An invitation works once, for seven days. If you accepted it, sign in;"
                        + " otherwise ask your administrator for a new one."));
  }

  private Reply dead(String title, String explanation) {
    return page(410, dead, Map.of("title", title, "explanation", explanation));
  }

  private static Reply page(int status, String template, Map<String, String> values) {
    String filled =
        PLACE
            .matcher(template)
            .replaceAll(
                place -> Matcher.quoteReplacement(escape(values.getOrDefault(place.group(1), ""))));
    var html = Reply.html(filled);
    return new Reply(status, html.body(), html.headers())
        .with("Content-Security-Policy", POLICY)
        .with("X-Robots-Tag", "noindex");
  }

  private static Reply asset(String type, byte[] bytes) {
    return Reply.content(type, bytes).with("Cache-Control", "no-cache");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String resource(String name) {
    try (InputStream in = WelcomePages.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program is incomplete: " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
