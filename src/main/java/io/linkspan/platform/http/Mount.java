package io.linkspan.platform.http;

import java.util.List;
import java.util.Map;

/**
 * A part of the site outside the contract: everything below one first segment of the path, with
 * every method, any body and any answer.
 */
@FunctionalInterface
public interface Mount {
  Reply answer(Request request);

  /** One request as it came. */
  interface Request extends Visitor {
    String method();

    /** Decoded segments below the mount. */
    List<String> path();

    /**
     * Values of each query parameter, in their order.
     *
     * @throws Problem 400 when the query is not percent-encoded UTF-8
     */
    Map<String, List<String>> query();

    /**
     * The body as sent.
     *
     * @throws Problem 413 when it is too large, 408 when it takes too long
     */
    byte[] body();

    String requestId();
  }
}
