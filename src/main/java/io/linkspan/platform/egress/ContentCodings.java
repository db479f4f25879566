package io.linkspan.platform.egress;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code Content-Encoding} says has to be undone (RFC 9110, 8.4). */
final class ContentCodings {
  /** IANA's HTTP Content Coding Registry, less {@code identity}, which is none. */
  private static final Set<String> REGISTERED =
      Set.of(
          "aes128gcm",
          "br",
          "compress",
          "dcb",
          "dcz",
          "deflate",
          "exi",
          "gzip",
          "pack200-gzip",
          "x-compress",
          "x-gzip",
          "zstd");

  private ContentCodings() {}

  /**
   * Names of codings, separated by commas, in the order in which they were applied; empty for none.
   * Names that are no codings are left out: servers write {@code UTF-8}, {@code none} or {@code
   * aws-chunked} over bodies that are as they are.
   */
  static String of(List<String> headers) {
    return headers.stream()
        .flatMap(header -> Stream.of(header.split(",")))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(REGISTERED::contains)
        .collect(Collectors.joining(","));
  }
}
