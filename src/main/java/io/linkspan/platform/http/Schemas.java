package io.linkspan.platform.http;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Compiles the schemas of the contract (JSON Schema 2020-12), each when it is first used: no start
 * waits for the validator.
 */
final class Schemas {
  private final ObjectNode document;
  private @Nullable SchemaRegistry registry;

  Schemas(ObjectNode document) {
    this.document = document;
  }

  private synchronized SchemaRegistry registry() {
    var known = registry;
    if (known == null) {
      known = newRegistry();
      registry = known;
    }
    return known;
  }

  private static SchemaRegistry newRegistry() {
    var dialect =
        Dialect.builder(Dialects.getDraft202012())
            .formats(
                formats -> {
                  formats.put("date-time", StrictFormats.DATE_TIME);
                  formats.put("uuid", StrictFormats.UUID);
                  formats.put("email", StrictFormats.EMAIL);
                })
            // where schemas refer to, and words of OpenAPI that check nothing
            .keywords(
                List.of(
                    new NonValidationKeyword("components"), new NonValidationKeyword("example")))
            .build();
    var config =
        SchemaRegistryConfig.builder().formatAssertionsEnabled(true).locale(Locale.ROOT).build();
    return SchemaRegistry.withDialect(dialect, builder -> builder.schemaRegistryConfig(config));
  }

  /** What a {@code $ref} to a component stands for; anything else is itself. */
  JsonNode resolve(JsonNode node) {
    JsonNode ref = node.path("$ref");
    return ref.isString() ? document.at(ref.stringValue().substring(1)) : node;
  }

  /** The schema, compiled at its first use; it sees the components of the document. */
  Supplier<Schema> compiled(JsonNode schema) {
    var whole = JsonNodeFactory.instance.objectNode();
    whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    whole.setAll((ObjectNode) schema);
    whole.set("components", document.path("components"));
    return new Supplier<>() {
      private volatile @Nullable Schema compiled;

      @Override
      public Schema get() {
        Schema known = compiled;
        if (known == null) {
          known = registry().getSchema(whole);
          compiled = known;
        }
        return known;
      }
    };
  }
}
