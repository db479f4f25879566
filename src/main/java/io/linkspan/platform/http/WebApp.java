package io.linkspan.platform.http;

import java.util.List;
import java.util.Optional;

/** The web application, from the folder {@code /ui/} of the program. */
final class WebApp {
  Optional<Answer> answer(List<String> path, RawRequest request) {
    return Optional.empty();
  }
}
