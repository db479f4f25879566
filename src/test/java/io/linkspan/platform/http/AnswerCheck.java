package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Holds every answer that a test sees against what the contract says of its operation. */
final class AnswerCheck {
  private static final Pattern ROW = Pattern.compile("\\| (\\d{3}) \\| `([a-z_]+)` \\|");

  private final Router<Operation> router = new Router<>();
  private final Set<String> problems;

  AnswerCheck(Contract contract) {
    for (Operation operation : contract.operations()) {
      router.add(operation.method(), operation.path(), operation);
    }
    problems =
        ROW.matcher(contract.document().at("/info/description").asString(""))
            .results()
            .map(row -> row.group(1) + " " + row.group(2))
            .collect(Collectors.toSet());
  }

  void check(String method, URI address, ApiClient.Response response) {
    List<String> path = PathTemplate.split(address.getPath());
    if (!(router.find(method, path) instanceof Router.Found.Route<Operation> route)) {
      return;
    }
    Operation operation = route.target();
    // 501 is what TestServer answers for operations that a test does not bind
    if (operation.answers().none() || response.status() == 501) {
      return;
    }
    String what = operation.id() + " answering " + response.status() + " " + response.body();
    assertThat(operation.answers().has(response.status())).as("status of " + what).isTrue();
    if (response.status() != 304) {
      assertThat(response.header("ETag").isPresent())
          .as("ETag of " + what)
          .isEqualTo(operation.answers().tagged(response.status()));
    }
    boolean json =
        response
            .header("Content-Type")
            .filter(type -> type.matches("application/(.+\\+)?json(;.*)?"))
            .isPresent();
    if (json && !response.body().isEmpty()) {
      if (response.status() >= 400 && response.json().has("code") && !problems.isEmpty()) {
        assertThat(problems)
            .as("problems of the contract")
            .contains(response.status() + " " + response.code());
      }
      assertThat(operation.answers().broken(response.status(), response.json())).as(what).isEmpty();
    }
  }
}
