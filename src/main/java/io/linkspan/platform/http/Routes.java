package io.linkspan.platform.http;

/** A feature's operations. */
public interface Routes {
  void register(Operations operations);
}
