package io.linkspan.connection;

import java.util.List;

/**
 * A provider as a person sees it before connecting: the content of its {@code provider.json}.
 *
 * @param kind {@code calendar} or {@code video}
 * @param configured whether the operator's settings suffice
 * @param summary one sentence
 * @param reads what will be read and why, a plain sentence each
 * @param helpSteps how to come by what the form asks for
 */
public record ProviderCard(
    String provider,
    String name,
    String kind,
    boolean configured,
    Connect connect,
    String summary,
    List<String> reads,
    List<String> helpSteps) {

  /**
   * @param method {@code password}, {@code feed} or {@code oauth}
   */
  public record Connect(String method, List<Field> fields) {}

  /**
   * @param type {@code text}, {@code url}, {@code email} or {@code password}
   */
  public record Field(String name, String label, String type, boolean required, String help) {}
}
