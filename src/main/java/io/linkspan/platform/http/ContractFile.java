package io.linkspan.platform.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Writes {@code openapi.yaml} as JSON into the program while it is built: reading the YAML at every
 * start took a fifth of it.
 */
public final class ContractFile {
  private ContractFile() {}

  /**
   * @param args the YAML file, and the JSON file to write
   * @throws IOException if one cannot be read or the other not be written
   */
  public static void main(String[] args) throws IOException {
    var to = Path.of(args[1]);
    Files.createDirectories(to.toAbsolutePath().getParent());
    Files.write(to, Json.bytes(read(Files.readString(Path.of(args[0])))));
  }

  static ObjectNode read(String yaml) {
    return (ObjectNode) new YAMLMapper().readTree(yaml);
  }
}
