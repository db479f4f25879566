package io.linkspan.platform.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The operations of a contract and what answers them. */
public final class Bindings implements Operations {
  private final Contract contract;
  private final Map<String, Handler> handlers = new LinkedHashMap<>();

  public Bindings(Contract contract) {
    this.contract = contract;
  }

  @Override
  public void on(String operationId, Handler handler) {
    if (contract.operation(operationId).isEmpty()) {
      throw new IllegalStateException(
          "openapi.yaml has no operation " + operationId + "; add it there first");
    }
    if (handlers.put(operationId, handler) != null) {
      throw new IllegalStateException("The operation " + operationId + " is bound twice");
    }
  }

  /** Ids of the operations that nothing answers. */
  public List<String> missing() {
    var missing = new ArrayList<String>();
    for (Operation operation : contract.operations()) {
      if (!handlers.containsKey(operation.id())) {
        missing.add(operation.id());
      }
    }
    return missing;
  }

  /**
   * @throws IllegalStateException if the contract promises what nothing answers
   */
  public void requireComplete() {
    if (!missing().isEmpty()) {
      throw new IllegalStateException(
          "openapi.yaml promises operations that nothing answers: " + String.join(", ", missing()));
    }
  }

  Contract contract() {
    return contract;
  }

  Handler handler(Operation operation) {
    return handlers.getOrDefault(
        operation.id(),
        _ -> {
          throw Problem.of(
              501, "not_implemented", "Not implemented", "This operation is not there yet.");
        });
  }
}
