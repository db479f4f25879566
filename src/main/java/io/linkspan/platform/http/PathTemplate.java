package io.linkspan.platform.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path with parameters such as {@code /users/{id}/}, cut at its slashes; one at the end makes no
 * difference.
 */
final class PathTemplate implements Comparable<PathTemplate> {
  private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");

  /** A literal segment sorts before one with a parameter, so that it is tried first. */
  private static final Comparator<Segment> LITERAL_FIRST =
      Comparator.comparing((Segment segment) -> !segment.names.isEmpty());

  private final String text;
  private final List<Segment> segments;

  PathTemplate(String text) {
    this.text = text;
    this.segments = split(text).stream().map(PathTemplate::segment).toList();
  }

  /** Segments of a path, without the empty one that a slash at the end leaves. */
  static List<String> split(String path) {
    var parts = new ArrayList<>(List.of(path.split("/", -1)));
    parts.removeFirst();
    if (!parts.isEmpty() && parts.getLast().isEmpty()) {
      parts.removeLast();
    }
    return parts;
  }

  private static Segment segment(String text) {
    var names = new ArrayList<String>();
    var regex = new StringBuilder();
    var matcher = PARAMETER.matcher(text);
    int end = 0;
    while (matcher.find()) {
      regex.append(Pattern.quote(text.substring(end, matcher.start()))).append("(.+)");
      names.add(matcher.group(1));
      end = matcher.end();
    }
    regex.append(Pattern.quote(text.substring(end)));
    return new Segment(Pattern.compile(regex.toString(), Pattern.DOTALL), List.copyOf(names));
  }

  /** Values of the parameters if the path is of this form. */
  Optional<Map<String, String>> match(List<String> path) {
    if (path.size() != segments.size()) {
      return Optional.empty();
    }
    var values = new LinkedHashMap<String, String>();
    for (int i = 0; i < path.size(); i++) {
      if (!segments.get(i).read(path.get(i), values)) {
        return Optional.empty();
      }
    }
    return Optional.of(values);
  }

  @Override
  public int compareTo(PathTemplate other) {
    for (int i = 0; i < Math.min(segments.size(), other.segments.size()); i++) {
      int order = LITERAL_FIRST.compare(segments.get(i), other.segments.get(i));
      if (order != 0) {
        return order;
      }
    }
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PathTemplate template && text.equals(template.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  private record Segment(Pattern pattern, List<String> names) {
    boolean read(String part, Map<String, String> values) {
      Matcher matcher = pattern.matcher(part);
      if (!matcher.matches()) {
        return false;
      }
      for (int i = 0; i < names.size(); i++) {
        values.put(names.get(i), matcher.group(i + 1));
      }
      return true;
    }
  }
}
