package io.linkspan.sandbox.world;

import io.linkspan.platform.http.Html;
import io.linkspan.platform.http.Reply;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page on which a person chooses an account and what an app may do. */
public final class Consent {
  private Consent() {}

  /**
   * Something that an app asks for.
   *
   * @param words what a person reads
   * @param optional whether it can be withheld alone
   */
  public record Wish(String scope, String words, boolean optional) {}

  /**
   * What is asked.
   *
   * @param redirectUri checked already
   * @param hint address of the account that is chosen beforehand
   */
  public record Question(
      Vendor vendor,
      List<Account> accounts,
      List<Wish> wishes,
      URI redirectUri,
      Optional<String> hint) {}

  /** The form goes back to the address that it came from, query included. */
  public static Reply page(Question question) {
    String vendor = Html.escape(question.vendor().displayName());
    var page = new StringBuilder();
    page.append("<h1>Sign in with the simulated ")
        .append(vendor)
        .append("</h1><p>An app would like to use an account. Nobody real is asked.</p>")
        .append("<form method=post><fieldset><legend>Account</legend>");
    boolean first = true;
    var hinted =
        question.accounts().stream()
            .filter(account -> question.hint().filter(account.email()::equals).isPresent())
            .findFirst();
    for (Account account : question.accounts()) {
      boolean chosen = hinted.map(account::equals).orElse(first);
      first = false;
      page.append("<label class=choice><input type=radio name=account required value=\"")
          .append(Html.escape(account.id()))
          .append(chosen ? "\" checked> " : "\"> ")
          .append(Html.escape(account.name()))
          .append(" <small>")
          .append(Html.escape(account.email()))
          .append("</small></label>");
    }
    page.append("</fieldset><fieldset><legend>The app may</legend>");
    for (Wish wish : question.wishes()) {
      page.append("<label class=choice><input type=checkbox name=scope checked value=\"")
          .append(Html.escape(wish.scope()))
          .append(wish.optional() ? "\"> " : "\" disabled> ")
          .append(Html.escape(wish.words()))
          .append(" <small>")
          .append(Html.escape(wish.scope()))
          .append("</small></label>");
    }
    page.append("</fieldset><p class=actions><button name=decision value=allow>Allow</button>")
        .append("<button name=decision value=deny formnovalidate>Deny</button></p></form>");
    return allowing(
        Pages.page(
            "Sign in with the simulated " + question.vendor().displayName(), page.toString()),
        question.redirectUri());
  }

  /** A browser follows a form's redirect only to where the page's policy lets it. */
  private static Reply allowing(Reply page, URI redirectUri) {
    return page.with(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none';"
            + " form-action 'self' "
            + redirectUri.getScheme()
            + "://"
            + redirectUri.getRawAuthority());
  }

  /** Sends the browser back to the app. */
  public static Reply back(String redirectUri, Map<String, String> parameters) {
    var target = new StringBuilder(redirectUri);
    char separator = redirectUri.indexOf('?') < 0 ? '?' : '&';
    for (var parameter : parameters.entrySet()) {
      target
          .append(separator)
          .append(parameter.getKey())
          .append('=')
          .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
      separator = '&';
    }
    return Answers.empty(302).with("Location", target.toString());
  }

  /** Where an app asks wrongly, the person is told, and sent nowhere. */
  public static Reply refusal(Vendor vendor, int status, String title, String detail) {
    Reply page =
        Pages.page(
            title,
            "<h1>"
                + Html.escape(title)
                + "</h1><p>The simulated "
                + Html.escape(vendor.displayName())
                + " refuses this app: "
                + Html.escape(detail)
                + "</p>");
    return new Reply(status, page.body(), page.headers());
  }
}
