package io.linkspan.platform.http;

/** Entity tags in {@code If-Match} and {@code If-None-Match} (RFC 9110 8.8.3, 13.1). */
final class ETags {
  private ETags() {}

  /**
   * Whether a list of tags has this one, or is {@code *}.
   *
   * <p>Weak tags count: ours name versions, and a proxy that compresses an answer makes its tag
   * weak, so that a strict comparison would refuse every change made through it.
   */
  static boolean in(String header, String tag) {
    if (header.strip().equals("*")) {
      return true;
    }
    for (String part : header.split(",")) {
      String candidate = part.strip();
      if (candidate.startsWith("W/")) {
        candidate = candidate.substring(2);
      }
      if (candidate.equals(tag)) {
        return true;
      }
    }
    return false;
  }
}
