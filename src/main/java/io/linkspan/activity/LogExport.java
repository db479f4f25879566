package io.linkspan.activity;

import io.linkspan.platform.http.Json;
import java.io.IOException;
import java.io.Writer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes entries as a file. */
interface LogExport {
  String mediaType();

  String fileName();

  /** What comes before the first entry. */
  void begin(Writer out) throws IOException;

  void entry(LogEntry entry, Writer out) throws IOException;

  /**
   * @param format of the contract
   */
  static LogExport of(String format) {
    return format.equals("ndjson") ? new Ndjson() : new Csv();
  }

  /** One JSON object a line. */
  record Ndjson() implements LogExport {
    @Override
    public String mediaType() {
      return "application/x-ndjson";
    }

    @Override
    public String fileName() {
      return "activity-log.ndjson";
    }

    @Override
    public void begin(Writer out) {}

    @Override
    public void entry(LogEntry entry, Writer out) throws IOException {
      out.write(Json.text(entry));
      out.write('\n');
    }
  }

  /** RFC 4180, with a header line. */
  record Csv() implements LogExport {
    // the first characters that make spreadsheets take a cell for a formula
    private static final String FORMULA = "=+-@\t\r";

    @Override
    public String mediaType() {
      return "text/csv; charset=utf-8";
    }

    @Override
    public String fileName() {
      return "activity-log.csv";
    }

    @Override
    public void begin(Writer out) throws IOException {
      out.write(
          "id,created_at,log_type,success,integration_type,integration_id,booking_id,message,request_id,details\r\n");
    }

    @Override
    public void entry(LogEntry entry, Writer out) throws IOException {
      out.write(entry.id().toString());
      cell(entry.createdAt().toString(), out);
      cell(entry.logType(), out);
      cell(Boolean.toString(entry.success()), out);
      cell(entry.integrationType(), out);
      cell(text(entry.integrationId()), out);
      cell(text(entry.bookingId()), out);
      cell(entry.message(), out);
      cell(entry.requestId(), out);
      cell(Json.text(entry.details()), out);
      out.write("\r\n");
    }

    private static @Nullable String text(@Nullable UUID id) {
      return id == null ? null : id.toString();
    }

    private static void cell(@Nullable String text, Writer out) throws IOException {
      out.write(',');
      if (text == null || text.isEmpty()) {
        return;
      }
      String safe = FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
      boolean quote = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
      out.write(quote ? '"' + safe.replace("\"", "\"\"") + '"' : safe);
    }
  }
}
