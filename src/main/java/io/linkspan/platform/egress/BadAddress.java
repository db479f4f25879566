package io.linkspan.platform.egress;

/** A URL cannot be used. The message says why, in words that fit behind "the address". */
public final class BadAddress extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  BadAddress(String why) {
    super(why);
  }
}
