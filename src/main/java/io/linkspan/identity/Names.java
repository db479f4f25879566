package io.linkspan.identity;

import io.linkspan.platform.http.Problem;

/** What people and keys are called. */
final class Names {
  private Names() {}

  /**
   * The name without space around it.
   *
   * @param pointer of the field it came in
   * @throws Problem 400 when nothing of it can be seen, or it does not fit one line
   */
  static String check(String name, String pointer) {
    String stripped = name.strip();
    if (stripped.codePoints().allMatch(Names::invisible)) {
      throw Problem.badField(pointer, "A name must not be blank.");
    }
    if (stripped.codePoints().anyMatch(Character::isISOControl)) {
      throw Problem.badField(pointer, "A name has no line breaks or other control characters.");
    }
    return stripped;
  }

  private static boolean invisible(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || Character.isISOControl(codePoint)
        || Character.getType(codePoint) == Character.FORMAT;
  }
}
