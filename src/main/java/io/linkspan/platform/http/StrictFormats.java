package io.linkspan.platform.http;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;
import io.linkspan.platform.text.EmailAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Formats that handlers rely on, so that what passes here also parses there. */
final class StrictFormats {
  /** RFC 3339 wants seconds and an offset, which ISO 8601 leaves out at will. */
  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})");

  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  static final Format DATE_TIME = format("date-time", StrictFormats::isTime);
  static final Format UUID = format("uuid", StrictFormats::isUuid);

  /** Any domain may have mail, also one that no public registry knows. */
  static final Format EMAIL = format("email", EmailAddress::plausible);

  private StrictFormats() {}

  static boolean isUuid(String text) {
    return UUID_TEXT.matcher(text).matches();
  }

  private static boolean isTime(String text) {
    if (!RFC_3339.matcher(text).matches()) {
      return false;
    }
    try {
      return isShown(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return false;
    }
  }

  /**
   * Whether RFC 3339 has a form for it in UTC, in which it would be answered: it has four digits.
   */
  static boolean isShown(Instant time) {
    int year = time.atOffset(ZoneOffset.UTC).getYear();
    return year >= 0 && year <= 9999;
  }

  private static Format format(String name, Predicate<String> test) {
    return new Format() {
      @Override
      public String getName() {
        return name;
      }

      @Override
      public boolean matches(ExecutionContext context, String value) {
        return test.test(value);
      }
    };
  }
}
