package io.linkspan.platform.http;

import java.util.List;
import java.util.Optional;

/**
 * One operation of the contract.
 *
 * @param id its {@code operationId}
 * @param method in capitals
 * @param path with parameters in braces, and a slash at its end
 * @param scope what the caller must be allowed; empty when any identity will do
 * @param open whether anyone may call it, without an identity
 */
public record Operation(
    String id,
    String method,
    String path,
    Optional<String> scope,
    boolean open,
    List<Parameter> parameters,
    RequestBody body,
    ResponseSchemas answers) {
  public Operation {
    parameters = List.copyOf(parameters);
  }

  /** Whether it only reads. */
  boolean safe() {
    return method.equals("GET");
  }

  /** Whether it takes an {@code Idempotency-Key}. */
  boolean takesIdempotencyKey() {
    return method.equals("POST") && !open;
  }
}
