package io.linkspan.sandbox.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Somebody's account at a vendor. Calendars and what is in them are guarded by its lock. */
public final class Account {
  private final String id;
  private final Vendor vendor;
  private final String subject;
  private final String email;
  private final String name;
  private final List<CalendarBox> calendars = new ArrayList<>();

  /**
   * @param id in the sandbox's own API
   * @param subject what the vendor calls it for ever
   */
  public Account(String id, Vendor vendor, String subject, String email, String name) {
    this.id = id;
    this.vendor = vendor;
    this.subject = subject;
    this.email = email;
    this.name = name;
  }

  public String id() {
    return id;
  }

  public Vendor vendor() {
    return vendor;
  }

  public String subject() {
    return subject;
  }

  public String email() {
    return email;
  }

  public String name() {
    return name;
  }

  public synchronized List<CalendarBox> calendars() {
    return List.copyOf(calendars);
  }

  public synchronized void add(CalendarBox calendar) {
    calendars.add(calendar);
  }

  public Optional<CalendarBox> calendar(String calendarId) {
    return calendars().stream().filter(box -> box.id().equals(calendarId)).findFirst();
  }

  public CalendarBox primary() {
    return calendars().stream()
        .filter(CalendarBox::primary)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the account " + id + " has no calendar"));
  }
}
