package io.linkspan.platform.http;

/** Tells who calls. The server checks scope and origin with what this answers. */
@FunctionalInterface
public interface Authenticator {
  /**
   * Reads the bearer key or the session cookie, and {@code Linkspan-Organizer}.
   *
   * @throws Problem 401 {@code unauthenticated} for nobody or a wrong or expired identity, 403 for
   *     {@code Linkspan-Organizer} from anyone but an administrator, 404 for an unknown organizer,
   *     429 after too many failures
   */
  Identity identify(Visitor visitor);

  /** Whether the text may be somebody's key, so that it must not be logged. */
  default boolean isCredential(String text) {
    return false;
  }

  /**
   * @param byCookie whether the browser added the proof by itself, so that an unsafe method must
   *     come from our own pages
   */
  record Identity(Caller caller, boolean byCookie) {}
}
