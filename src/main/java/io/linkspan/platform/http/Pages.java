package io.linkspan.platform.http;

/** Binds small pages that the server renders itself, outside the contract. */
public interface Pages {
  /**
   * ResponseSchemas GET and HEAD.
   *
   * @param path such as {@code /setup/{token}}; answers with and without a slash at its end
   */
  void get(String path, Renderer renderer);

  /** Makes a page: {@link Reply#html} or another {@link Reply.Content}. */
  @FunctionalInterface
  interface Renderer {
    Reply render(Visit visit);
  }

  /** One request for a page. */
  interface Visit extends Visitor {
    String pathParameter(String name);

    String requestId();
  }

  /** A feature's pages. */
  @FunctionalInterface
  interface Routes {
    void register(Pages pages);
  }
}
