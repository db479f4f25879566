package io.linkspan.sandbox.world;

import io.linkspan.platform.http.Html;
import io.linkspan.platform.http.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Pages of the sandbox, which say at a glance that nothing here is real. */
public final class Pages {
  private Pages() {}

  /**
   * @param title as text
   * @param body as HTML
   */
  public static Reply page(String title, String body) {
    return Reply.html(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>"
            + Html.escape(title)
            + " (Sandbox)</title><meta name=viewport content=\"width=device-width\">"
            + "<link rel=stylesheet href=/sandbox/style.css></head><body>"
            + "<p class=banner role=note><strong>Sandbox</strong> Simulated providers: no real"
            + " account, nothing leaves this server.</p><main>"
            + body
            + "</main></body></html>");
  }

  public static Reply style() {
    try (var css = Objects.requireNonNull(Pages.class.getResourceAsStream("style.css"))) {
      return Reply.content("text/css; charset=utf-8", css.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
