package io.linkspan.platform.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes HTML: text that cannot become markup, and the little Markdown that the contract uses. */
public final class Html {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern RULE = Pattern.compile("\\|(\\s*-+\\s*\\|)+");

  private Html() {}

  /** Text for an element or a quoted attribute. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** One line: backticks become code. */
  static String inline(String text) {
    return CODE.matcher(escape(text))
        .replaceAll(found -> Matcher.quoteReplacement("<code>" + found.group(1) + "</code>"));
  }

  /** Headings, paragraphs, lists and tables. */
  static String blocks(String markdown) {
    var out = new StringBuilder();
    String open = "";
    for (String line : markdown.split("\n")) {
      String kind = kind(line, open);
      if (!kind.equals(open)) {
        out.append(open.isEmpty() ? "" : "</" + open + ">\n");
        out.append(kind.isEmpty() ? "" : "<" + kind + ">");
        open = kind;
      }
      out.append(content(line.strip(), kind)).append('\n');
    }
    return out.append(open.isEmpty() ? "" : "</" + open + ">\n").toString();
  }

  /** The element that a line belongs to. */
  private static String kind(String line, String open) {
    if (line.isBlank() || line.startsWith("#")) {
      return "";
    }
    if (line.startsWith("|")) {
      return "table";
    }
    if (line.startsWith("- ")) {
      return "ul";
    }
    boolean continued = open.equals("ul") && line.startsWith("  ");
    return continued ? "ul" : "p";
  }

  private static String content(String line, String kind) {
    return switch (kind) {
      case "table" -> RULE.matcher(line.replace(" ", "")).matches() ? "" : row(line);
      case "ul" -> line.startsWith("- ") ? "<li>" + inline(line.substring(2)) : inline(line);
      case "p" -> inline(line);
      default ->
          line.startsWith("#") ? "<h2>" + inline(line.replaceFirst("#+ *", "")) + "</h2>" : "";
    };
  }

  private static String row(String line) {
    var row = new StringBuilder("<tr>");
    for (String cell : line.substring(1).split("\\|")) {
      row.append("<td>").append(inline(cell.strip())).append("</td>");
    }
    return row.append("</tr>").toString();
  }
}
