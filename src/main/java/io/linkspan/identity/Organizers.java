package io.linkspan.identity;

import io.linkspan.platform.db.Database;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;

/** The organizers, for the features that keep something of theirs. */
public final class Organizers {
  private final Database database;
  private final OrganizerStore store = new OrganizerStore();
  private final List<ZoneListener> zoneListeners = new CopyOnWriteArrayList<>();
  private final List<ChangeListener> changeListeners = new CopyOnWriteArrayList<>();

  public Organizers(Database database) {
    this.database = database;
  }

  /** Told when who an organizer is has changed. */
  @FunctionalInterface
  public interface ChangeListener {
    /** Runs in the transaction of the change. */
    void changed(Handle tx, UUID organizerId);
  }

  /** Told when an organizer moves to another time zone. */
  @FunctionalInterface
  public interface ZoneListener {
    /** Runs in the transaction of the change: leave a note for later work, do none that is slow. */
    void zoneChanged(Handle tx, UUID organizerId, ZoneId now);
  }

  /** Calls {@code listener} at every change of an organizer's time zone from now on. */
  public void onZoneChange(ZoneListener listener) {
    zoneListeners.add(listener);
  }

  /** Calls {@code listener} at every change of an organizer from now on. */
  public void onChange(ChangeListener listener) {
    changeListeners.add(listener);
  }

  public Optional<Organizer> find(UUID id) {
    return database.query(handle -> find(handle, id));
  }

  public Optional<Organizer> find(Handle handle, UUID id) {
    return store.find(handle, id);
  }

  /** By email address, in upper or lower case. */
  public Optional<Organizer> findByEmail(String email) {
    return database.query(handle -> store.findByEmail(handle, Emails.normal(email)));
  }

  /**
   * @throws java.util.NoSuchElementException if there is no such organizer
   */
  public ZoneId timeZone(Handle handle, UUID id) {
    return store.find(handle, id).orElseThrow().timeZone();
  }

  /** All, by email address. */
  public List<Organizer> list() {
    return database.query(store::list);
  }

  void changed(Handle tx, UUID organizerId) {
    changeListeners.forEach(listener -> listener.changed(tx, organizerId));
  }

  void zoneChanged(Handle tx, UUID organizerId, ZoneId now) {
    zoneListeners.forEach(listener -> listener.zoneChanged(tx, organizerId, now));
  }
}
