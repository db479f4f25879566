package io.linkspan.sandbox.world;

import java.net.URI;
import java.util.List;

/**
 * An app that is registered with a vendor.
 *
 * @param redirectUris where people may be sent back to, compared exactly
 */
public record Client(String id, String secret, List<URI> redirectUris) {
  public Client {
    redirectUris = List.copyOf(redirectUris);
  }

  public boolean mayReturnTo(String redirectUri) {
    return redirectUris.stream().anyMatch(uri -> uri.toString().equals(redirectUri));
  }
}
