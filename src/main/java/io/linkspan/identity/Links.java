package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import java.net.URI;

/** Addresses of the pages that a person is sent to. */
final class Links {
  static final String SETUP = "/setup/";
  static final String INVITE = "/invite/";

  private Links() {}

  static URI setup(URI publicUrl, Secret token) {
    return at(publicUrl, SETUP, token);
  }

  static URI invitation(URI publicUrl, Secret token) {
    return at(publicUrl, INVITE, token);
  }

  private static URI at(URI publicUrl, String path, Secret token) {
    String base = publicUrl.toString();
    String root = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return URI.create(root + path + token.reveal());
  }
}
