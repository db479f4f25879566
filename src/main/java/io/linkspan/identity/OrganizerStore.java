package io.linkspan.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Organizers and their email addresses. */
final class OrganizerStore {
  private static final String COLUMNS =
      "o.id, o.email, o.name, o.time_zone, o.role, o.version, o.created_at, o.updated_at";

  /** Who signs in, with the hash to check the password against; null before the invitation. */
  record Login(Organizer organizer, @Nullable String passwordHash) {}

  Optional<Organizer> find(Handle handle, UUID id) {
    return handle
        .createQuery("SELECT " + COLUMNS + " FROM organizers o WHERE o.id = :id")
        .bind("id", id)
        .map((rs, ctx) -> organizer(rs))
        .findOne();
  }

  /** Locks the organizer until the transaction ends; references to it stay possible. */
  Optional<Login> lock(Handle tx, UUID id) {
    return tx.createQuery(
            "SELECT "
                + COLUMNS
                + ", o.password_hash FROM organizers o WHERE o.id = :id FOR NO KEY UPDATE")
        .bind("id", id)
        .map((rs, ctx) -> new Login(organizer(rs), rs.getString("password_hash")))
        .findOne();
  }

  Optional<Login> login(Handle handle, UUID id) {
    return handle
        .createQuery("SELECT " + COLUMNS + ", o.password_hash FROM organizers o WHERE o.id = :id")
        .bind("id", id)
        .map((rs, ctx) -> new Login(organizer(rs), rs.getString("password_hash")))
        .findOne();
  }

  /** In one query, so that an address of nobody takes as long to look up. */
  Optional<Login> loginByEmail(Handle handle, String email) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + """
                , o.password_hash
                  FROM emails e JOIN organizers o ON o.id = e.organizer_id
                 WHERE e.email = :email
                """)
        .bind("email", email)
        .map((rs, ctx) -> new Login(organizer(rs), rs.getString("password_hash")))
        .findOne();
  }

  Optional<Organizer> findByEmail(Handle handle, String email) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + " FROM emails e JOIN organizers o ON o.id = e.organizer_id WHERE e.email = :email")
        .bind("email", email)
        .map((rs, ctx) -> organizer(rs))
        .findOne();
  }

  List<Organizer> list(Handle handle) {
    return handle
        .createQuery("SELECT " + COLUMNS + " FROM organizers o ORDER BY o.email, o.id")
        .map((rs, ctx) -> organizer(rs))
        .list();
  }

  boolean anyAdmin(Handle handle) {
    return handle
        .createQuery("SELECT EXISTS (SELECT FROM organizers WHERE role = 'admin')")
        .mapTo(Boolean.class)
        .one();
  }

  Optional<Organizer> firstAdmin(Handle handle) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + " FROM organizers o WHERE o.role = 'admin' ORDER BY o.created_at, o.id LIMIT 1")
        .map((rs, ctx) -> organizer(rs))
        .findOne();
  }

  /** Locks all administrators, in one order for everyone, so that two cannot remove each other. */
  List<UUID> lockAdmins(Handle tx) {
    return tx.createQuery(
            "SELECT id FROM organizers WHERE role = 'admin' ORDER BY id FOR NO KEY UPDATE")
        .mapTo(UUID.class)
        .list();
  }

  /** Lets one caller at a time, over all nodes, look whether there is an administrator. */
  void lockFirstAdmin(Handle tx) {
    tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('linkspan first administrator', 0))");
  }

  /** False, and nothing stored, when another organizer has the email address. */
  boolean insert(Handle tx, Organizer organizer, @Nullable String passwordHash) {
    tx.createUpdate(
            """
            INSERT INTO organizers
              (id, email, name, time_zone, role, password_hash, version, created_at, updated_at)
            VALUES (:id, :email, :name, :timeZone, :role, :passwordHash, :version, :createdAt, :updatedAt)
            """)
        .bind("id", organizer.id())
        .bind("email", organizer.email())
        .bind("name", organizer.name())
        .bind("timeZone", organizer.timeZone().getId())
        .bind("role", organizer.role().wire())
        .bind("passwordHash", passwordHash)
        .bind("version", organizer.version())
        .bind("createdAt", utc(organizer.createdAt()))
        .bind("updatedAt", utc(organizer.updatedAt()))
        .execute();
    return claimEmail(tx, organizer.id(), organizer.email());
  }

  void update(Handle tx, Organizer organizer) {
    tx.createUpdate(
            """
            UPDATE organizers
               SET email = :email, name = :name, time_zone = :timeZone, role = :role,
                   version = :version, updated_at = :updatedAt
             WHERE id = :id
            """)
        .bind("id", organizer.id())
        .bind("email", organizer.email())
        .bind("name", organizer.name())
        .bind("timeZone", organizer.timeZone().getId())
        .bind("role", organizer.role().wire())
        .bind("version", organizer.version())
        .bind("updatedAt", utc(organizer.updatedAt()))
        .execute();
  }

  /** False when another organizer has it. */
  boolean moveEmail(Handle tx, UUID organizerId, String email) {
    tx.createUpdate("DELETE FROM emails WHERE organizer_id = :organizerId")
        .bind("organizerId", organizerId)
        .execute();
    return claimEmail(tx, organizerId, email);
  }

  private boolean claimEmail(Handle tx, UUID organizerId, String email) {
    return tx.createUpdate(
                """
                INSERT INTO emails (email, organizer_id) VALUES (:email, :organizerId)
                ON CONFLICT (email) DO NOTHING
                """)
            .bind("email", email)
            .bind("organizerId", organizerId)
            .execute()
        == 1;
  }

  void setPassword(Handle tx, UUID id, String hash) {
    tx.createUpdate("UPDATE organizers SET password_hash = :hash WHERE id = :id")
        .bind("id", id)
        .bind("hash", hash)
        .execute();
  }

  /** Only if the password is still the one that was verified. */
  void rehash(Handle handle, UUID id, String before, String after) {
    handle
        .createUpdate(
            "UPDATE organizers SET password_hash = :after WHERE id = :id AND password_hash = :before")
        .bind("id", id)
        .bind("before", before)
        .bind("after", after)
        .execute();
  }

  void delete(Handle tx, UUID id) {
    tx.createUpdate("DELETE FROM organizers WHERE id = :id").bind("id", id).execute();
  }

  static Organizer organizer(ResultSet rs) throws SQLException {
    return new Organizer(
        rs.getObject("id", UUID.class),
        rs.getString("email"),
        rs.getString("name"),
        ZoneId.of(rs.getString("time_zone")),
        Role.of(rs.getString("role")),
        rs.getLong("version"),
        rs.getObject("created_at", OffsetDateTime.class).toInstant(),
        rs.getObject("updated_at", OffsetDateTime.class).toInstant());
  }

  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
