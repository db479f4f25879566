package io.linkspan.platform.http;

import io.linkspan.platform.http.Router.Found;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** Everything there is under the server's address: operations, pages, and the web application. */
final class Site {
  /** What a request leads to. */
  sealed interface Target {
    record ToOperation(Operation operation) implements Target {}

    record ToPage(Pages.Renderer renderer) implements Target {}
  }

  private final Router<Target> router = new Router<>();
  private final Map<String, Mount> mounts;
  private final BodyReader bodies;
  private final Dispatcher dispatcher;
  private final WebApp webApp;

  /**
   * @param mounts by their first segment, which goes before anything else
   */
  Site(
      Contract contract,
      List<Pages.Routes> pages,
      Map<String, Mount> mounts,
      BodyReader bodies,
      Dispatcher dispatcher,
      WebApp webApp) {
    this.mounts = Map.copyOf(mounts);
    this.bodies = bodies;
    this.dispatcher = dispatcher;
    this.webApp = webApp;
    for (Operation operation : contract.operations()) {
      router.add(operation.method(), operation.path(), new Target.ToOperation(operation));
    }
    for (Pages.Routes routes : pages) {
      routes.register((path, renderer) -> router.add("GET", path, new Target.ToPage(renderer)));
    }
  }

  /** Which of them a request is for, and what logs and measurements call it. */
  interface Destination {
    String name();

    /** The path without the values in it, which may be secrets. */
    String path();

    Answer answer(String requestId);
  }

  Destination find(RawRequest request) {
    String method = request.method().equals("HEAD") ? "GET" : request.method();
    List<String> path = request.path();
    Mount mount = path.isEmpty() ? null : mounts.get(path.getFirst());
    if (mount != null) {
      return mounted(mount, path, request);
    }
    return switch (router.find(method, path)) {
      case Found.Route<Target> route -> routed(route, request);
      case Found.OtherMethods<Target> others -> otherMethods(others.methods(), request);
      case Found.Nothing<Target> _ -> elsewhere(path, request);
    };
  }

  private Destination routed(Found.Route<Target> route, RawRequest request) {
    return switch (route.target()) {
      case Target.ToOperation(Operation operation) ->
          destination(
              operation.id(),
              operation.path(),
              id -> dispatcher.answer(operation, request, route.parameters(), id));
      case Target.ToPage(Pages.Renderer renderer) ->
          destination(
              "page",
              route.template().toString(),
              id -> Answer.of(renderer.render(new PageVisit(request, route.parameters(), id))));
    };
  }

  private Destination mounted(Mount mount, List<String> path, RawRequest request) {
    var below = List.copyOf(path.subList(1, path.size()));
    return destination(
        path.getFirst(),
        "/" + path.getFirst() + "/…",
        id -> Answer.of(mount.answer(new MountedRequest(request, below, bodies, id))));
  }

  private static Destination otherMethods(List<String> methods, RawRequest request) {
    var allowed = new TreeSet<>(methods);
    allowed.add("OPTIONS");
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    String allow = String.join(", ", allowed);
    return destination(
        "none",
        "(other methods)",
        _ -> {
          if (request.method().equals("OPTIONS")) {
            return Answer.of(Reply.noContent().with("Allow", allow));
          }
          throw Problem.of(
                  405,
                  "method_not_allowed",
                  "Method not allowed",
                  "This path does not take " + request.method() + ", but " + allow + ".")
              .header("Allow", allow);
        });
  }

  private Destination elsewhere(List<String> path, RawRequest request) {
    Optional<Answer> file = webApp.answer(path, request);
    return destination(
        file.isPresent() ? "web" : "none",
        webApp.isFile(path)
            ? "/" + String.join("/", path)
            : file.isPresent() ? "(page)" : "(unknown)",
        _ ->
            file.orElseThrow(
                () ->
                    Problem.of(404, "unknown_path", "Not found", "There is nothing at this path.")
                        .fix("See /docs/ for the paths there are.")));
  }

  private static Destination destination(
      String name, String path, Function<String, Answer> answer) {
    return new Destination() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String path() {
        return path;
      }

      @Override
      public Answer answer(String requestId) {
        return answer.apply(requestId);
      }
    };
  }

  private record PageVisit(RawRequest request, Map<String, String> parameters, String requestId)
      implements Pages.Visit {
    @Override
    public String pathParameter(String name) {
      String value = parameters.get(name);
      if (value == null) {
        throw new IllegalStateException("The page's path has no parameter " + name);
      }
      return value;
    }

    @Override
    public Optional<String> header(String name) {
      return request.header(name);
    }

    @Override
    public Optional<String> cookie(String name) {
      return request.cookie(name);
    }

    @Override
    public String remoteAddress() {
      return request.remoteAddress();
    }
  }

  private record MountedRequest(
      RawRequest request, List<String> path, BodyReader bodies, String requestId)
      implements Mount.Request {
    @Override
    public String method() {
      return request.method();
    }

    @Override
    public Map<String, List<String>> query() {
      return request.query();
    }

    @Override
    public byte[] body() {
      return bodies.bytes(request.servlet());
    }

    @Override
    public Optional<String> header(String name) {
      return request.header(name);
    }

    @Override
    public Optional<String> cookie(String name) {
      return request.cookie(name);
    }

    @Override
    public String remoteAddress() {
      return request.remoteAddress();
    }
  }
}
