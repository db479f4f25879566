package io.linkspan.platform.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Finds what answers a path: the template with the most literal segments first. */
final class Router<T> {
  private final NavigableMap<PathTemplate, Map<String, T>> routes = new TreeMap<>();

  /** What a path leads to. */
  sealed interface Found<T> {
    record Route<T>(PathTemplate template, T target, Map<String, String> parameters)
        implements Found<T> {}

    /** The path exists, with other methods. */
    record OtherMethods<T>(List<String> methods) implements Found<T> {}

    record Nothing<T>() implements Found<T> {}
  }

  void add(String method, String path, T target) {
    routes.computeIfAbsent(new PathTemplate(path), _ -> new LinkedHashMap<>()).put(method, target);
  }

  /**
   * @param path decoded segments
   */
  Found<T> find(String method, List<String> path) {
    List<String> others = List.of();
    for (var route : routes.entrySet()) {
      var parameters = route.getKey().match(path);
      if (parameters.isPresent()) {
        T target = route.getValue().get(method);
        if (target != null) {
          return new Found.Route<>(route.getKey(), target, parameters.get());
        }
        others = List.copyOf(route.getValue().keySet());
        break;
      }
    }
    return others.isEmpty() ? new Found.Nothing<>() : new Found.OtherMethods<>(others);
  }
}
