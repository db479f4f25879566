package io.linkspan.sandbox;

import io.linkspan.sandbox.world.Account;
import io.linkspan.sandbox.world.Accounts;
import io.linkspan.sandbox.world.CalendarBox;
import io.linkspan.sandbox.world.CalendarBox.Access;
import io.linkspan.sandbox.world.PlainEvent;
import io.linkspan.sandbox.world.PlainEvent.Response;
import io.linkspan.sandbox.world.PlainEvent.ShowAs;
import io.linkspan.sandbox.world.Service;
import io.linkspan.sandbox.world.Vendor;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Map;

/** People with lively weeks, the present one first. */
final class SampleAccounts {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private final Accounts accounts;
  private final Map<Vendor, Service> services;
  private final LocalDate monday;

  SampleAccounts(Accounts accounts, Map<Vendor, Service> services, Clock clock) {
    this.accounts = accounts;
    this.services = services;
    this.monday =
        LocalDate.ofInstant(clock.instant(), BERLIN)
            .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
  }

  void fill() {
    services.forEach(
        (vendor, service) -> {
          String domain = vendor == Vendor.GOOGLE ? "gmail.example" : "contoso.example";
          busy(service, account(service, "ada", "Ada Lovelace", domain, "Europe/Berlin"));
          busy(service, account(service, "grace", "Grace Hopper", domain, "America/New_York"));
          account(service, "alan", "Alan Turing", domain, "Europe/London");
        });
  }

  private Account account(Service service, String who, String name, String domain, String zone) {
    var account =
        service.newAccount(service.vendor().id() + "-" + who, who + "@" + domain, name, zone);
    accounts.add(account);
    return account;
  }

  private void busy(Service service, Account account) {
    CalendarBox own = account.primary();
    add(
        service,
        account,
        own,
        event("Stand-up", 0, "09:15", "09:30").every("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"));
    add(
        service,
        account,
        own,
        event("Team meeting", 1, "14:00", "15:00").every("RRULE:FREQ=WEEKLY;BYDAY=TU"));
    add(
        service,
        account,
        own,
        event("Review with the board", 3, "10:00", "11:30").every("RRULE:FREQ=MONTHLY;BYDAY=-1TH"));
    add(service, account, own, event("Dentist", 2, "16:30", "17:15"));
    add(
        service,
        account,
        own,
        event("Lunch with Charles", 2, "12:30", "13:30").shownAs(ShowAs.TENTATIVE));
    add(
        service,
        account,
        own,
        event("Offsite, declined", 9, "09:00", "17:00").answered(Response.DECLINED));
    add(
        service,
        account,
        own,
        event("Invitation, not answered", 8, "11:00", "12:00").answered(Response.NONE));
    add(service, account, own, event("Flight to Lisbon", 10, "07:40", "11:05").in("Europe/Lisbon"));
    add(
        service,
        account,
        own,
        PlainEvent.at("Holiday", monday.plusDays(21).toString(), monday.plusDays(26).toString())
            .shownAs(ShowAs.OOF));
    add(
        service,
        account,
        own,
        PlainEvent.at(
                "Birthday of Mary", monday.plusDays(4).toString(), monday.plusDays(5).toString())
            .every("RRULE:FREQ=YEARLY")
            .shownAs(ShowAs.FREE));
    String domain = service.vendor() == Vendor.GOOGLE ? "@group.calendar.google.com" : "";
    var family =
        CalendarBox.of(
            "family-" + account.id() + domain,
            "Family",
            own.zone(),
            "#f691b2",
            Access.OWNER,
            false);
    account.add(family);
    add(
        service,
        account,
        family,
        event("Football", 2, "17:00", "18:30").every("RRULE:FREQ=WEEKLY;BYDAY=WE"));
    add(service, account, family, event("Parents' evening", 3, "10:30", "11:00"));
    var team =
        CalendarBox.of(
            "team-" + account.id() + domain, "Team", own.zone(), "#a4bdfc", Access.READER, false);
    account.add(team);
    add(service, account, team, event("Release", 4, "15:00", "16:00"));
  }

  private PlainEvent event(String summary, int day, String start, String end) {
    LocalDate date = monday.plusDays(day);
    return PlainEvent.at(summary, date + "T" + start, date + "T" + end);
  }

  private static void add(
      Service service, Account account, CalendarBox calendar, PlainEvent event) {
    service.create(account, calendar, event);
  }
}
