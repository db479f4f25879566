package io.linkspan.platform.http;

/** Binds the operations of {@code openapi.yaml}, by {@code operationId}, to what answers them. */
public interface Operations {
  /**
   * Path, method, parameters, body schema and scope come from the contract.
   *
   * @throws IllegalStateException if the contract has no such operation or it is bound already
   */
  void on(String operationId, Handler handler);

  /** ResponseSchemas one call, or throws {@link Problem}. */
  @FunctionalInterface
  interface Handler {
    Reply answer(Call call);
  }
}
