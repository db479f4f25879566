package io.linkspan.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

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
  public ProviderCard {
    reads = List.copyOf(reads);
    helpSteps = List.copyOf(helpSteps);
  }

  /**
   * Reads {@code provider.json} from the provider's folder of resources, {@code
   * /io/linkspan/provider/NAME/}, where its {@code setup.md} and {@code icon.svg} are too.
   *
   * @param configured whether the operator's settings suffice
   * @throws IllegalStateException if it is not there or not complete: a mistake of ours
   */
  public static ProviderCard load(String provider, boolean configured) {
    var path = "/io/linkspan/provider/" + provider + "/provider.json";
    try (var json = ProviderCard.class.getResourceAsStream(path)) {
      if (json == null) {
        throw new IllegalStateException("there is no " + path);
      }
      var content = MAPPER.readValue(json, Content.class);
      return new ProviderCard(
          content.provider(),
          content.name(),
          content.kind(),
          configured,
          content.connect(),
          content.summary(),
          content.reads(),
          content.helpSteps());
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  // the file also holds what is not for people, such as quotas
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private record Content(
      String provider,
      String name,
      String kind,
      Connect connect,
      String summary,
      List<String> reads,
      List<String> helpSteps) {}

  /**
   * @param method {@code password}, {@code feed} or {@code oauth}
   */
  public record Connect(String method, List<Field> fields) {
    public Connect {
      fields = List.copyOf(fields);
    }
  }

  /**
   * @param type {@code text}, {@code url}, {@code email} or {@code password}
   */
  public record Field(String name, String label, String type, boolean required, String help) {}
}
