package io.linkspan.sandbox.world;

import io.linkspan.platform.http.Reply;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** A vendor's simulated service, with what the sandbox's own API and page do to it. */
public interface Service {
  Vendor vendor();

  Grants grants();

  /** Answers as the vendor does, faults aside. */
  Reply answer(Ask ask);

  /** The vendor's own words for a status that was asked for. */
  Reply failing(int status);

  /** Does the work of a request where the vendor lets it begin. */
  default Reply within(Ask ask, Supplier<Reply> work) {
    return work.get();
  }

  /** Makes an account with an empty calendar. */
  Account newAccount(String id, String email, String name, String zone);

  /** What an account's calendar holds, in the vendor's own form; overrides beside their masters. */
  List<ObjectNode> events(CalendarBox calendar);

  /**
   * @return the vendor's own resource
   * @throws PlainEvent.Unfit if the vendor cannot hold such an event
   */
  ObjectNode create(Account account, CalendarBox calendar, PlainEvent event);

  /**
   * Changes what is stated and leaves the rest.
   *
   * @return empty if there is no such event
   * @throws PlainEvent.Unfit if the vendor cannot hold such an event
   */
  Optional<ObjectNode> change(
      Account account, CalendarBox calendar, String eventId, PlainEvent event);

  /**
   * @return false if there is no such event
   */
  boolean delete(Account account, CalendarBox calendar, String eventId);
}
