package io.linkspan.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;

/** Holds every answer that a test sees against what the contract says of its operation. */
final class AnswerCheck {
  private final Router<Operation> router = new Router<>();

  AnswerCheck(Contract contract) {
    for (Operation operation : contract.operations()) {
      router.add(operation.method(), operation.path(), operation);
    }
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
      assertThat(operation.answers().broken(response.status(), response.json())).as(what).isEmpty();
    }
  }
}
