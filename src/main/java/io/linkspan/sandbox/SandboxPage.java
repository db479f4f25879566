package io.linkspan.sandbox;

import io.linkspan.platform.http.Html;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.http.Reply;
import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Accounts;
import io.linkspan.sandbox.world.CalendarBox;
import io.linkspan.sandbox.world.Faults;
import io.linkspan.sandbox.world.Pages;
import io.linkspan.sandbox.world.Service;
import io.linkspan.sandbox.world.Vendor;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** What the simulated providers hold, and what goes wrong at present. */
final class SandboxPage {
  private static final int SHOWN = 50;

  private final Accounts accounts;
  private final Map<Vendor, Service> services;
  private final Faults faults;

  SandboxPage(Accounts accounts, Map<Vendor, Service> services, Faults faults) {
    this.accounts = accounts;
    this.services = services;
    this.faults = faults;
  }

  Reply show() {
    var page = new StringBuilder();
    page.append("<h1>Simulated providers</h1><p>Everything here is in memory and is lost when the")
        .append(" server stops. Connections made to it must be made again after a restart.</p>")
        .append("<h2>Faults</h2><section>");
    if (faults.all().isEmpty()) {
      page.append("<p>None. Set some with <code>PUT /sandbox/api/faults/</code>.</p>");
    } else {
      page.append("<pre>").append(Html.escape(Json.text(faults.all()))).append("</pre>");
    }
    page.append("</section>");
    services.forEach(
        (vendor, service) -> {
          page.append("<h2>").append(vendor.displayName()).append("</h2>");
          accounts.all(vendor).forEach(account -> page.append(account(service, account)));
        });
    return Pages.page("Simulated providers", page.toString());
  }

  private static String account(Service service, Account account) {
    var html = new StringBuilder("<section><h3>");
    html.append(Html.escape(account.name()))
        .append(" <small>")
        .append(Html.escape(account.email()))
        .append("</small></h3><p>")
        .append("Id <code>")
        .append(Html.escape(account.id()))
        .append("</code>, grants that hold: ")
        .append(service.grants().living(account).size())
        .append("</p>");
    account.calendars().forEach(calendar -> html.append(calendar(service, calendar)));
    return html.append("</section>").toString();
  }

  private static String calendar(Service service, CalendarBox calendar) {
    List<ObjectNode> events = service.events(calendar);
    var html = new StringBuilder("<details><summary>");
    html.append(Html.escape(calendar.name()))
        .append(" (")
        .append(events.size())
        .append(")</summary><div class=scroll><table><thead><tr><th scope=col>Event<th scope=col>")
        .append("Start<th scope=col>End<th scope=col>Repeats</thead><tbody>");
    events.stream().limit(SHOWN).forEach(event -> html.append(row(event)));
    return html.append("</tbody></table></div></details>").toString();
  }

  private static String row(ObjectNode event) {
    String title = event.path("summary").asString(event.path("subject").asString(""));
    return "<tr><td>"
        + Html.escape(title)
        + "<td>"
        + Html.escape(time(event, "start"))
        + "<td>"
        + Html.escape(time(event, "end"))
        + "<td>"
        + Html.escape(
            event.path("recurrence").isMissingNode() ? "" : event.path("recurrence").toString());
  }

  private static String time(ObjectNode event, String field) {
    var time = event.path(field);
    return time.path("dateTime").asString(time.path("date").asString(""));
  }
}
