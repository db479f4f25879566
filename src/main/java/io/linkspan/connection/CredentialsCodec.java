package io.linkspan.connection;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.http.Json;
import java.net.URI;
import java.util.Map;
import tools.jackson.core.type.TypeReference;

/** Credentials as the text that is sealed. */
final class CredentialsCodec {
  private static final TypeReference<Map<String, String>> MEMBERS = new TypeReference<>() {};

  private CredentialsCodec() {}

  static Secret encode(Credentials credentials) {
    var members =
        switch (credentials) {
          case Credentials.Password p ->
              Map.of(
                  "kind", "password",
                  "server_url", p.serverUrl().toString(),
                  "username", p.username(),
                  "password", p.password().reveal());
          case Credentials.FeedAddress f -> Map.of("kind", "feed", "url", f.url().reveal());
        };
    return Secret.of(Json.text(members));
  }

  static Credentials decode(Secret text) {
    Map<String, String> members = Json.mapper().readValue(text.reveal(), MEMBERS);
    return switch (member(members, "kind")) {
      case "password" ->
          new Credentials.Password(
              URI.create(member(members, "server_url")),
              member(members, "username"),
              Secret.of(member(members, "password")));
      case "feed" -> new Credentials.FeedAddress(Secret.of(member(members, "url")));
      case String kind ->
          throw new IllegalStateException(
              "stored credentials of kind '" + kind + "' are from a newer version");
    };
  }

  private static String member(Map<String, String> members, String name) {
    var value = members.get(name);
    if (value == null) {
      throw new IllegalStateException("stored credentials lack '" + name + "'");
    }
    return value;
  }
}
