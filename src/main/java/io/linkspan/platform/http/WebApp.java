package io.linkspan.platform.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The web application: a folder of the program with an {@code index.html} for its deep links, files
 * compressed beforehand beside their originals ({@code .br}, {@code .gz}), and names with a hash in
 * them under {@code assets/}. Kept in memory; without the folder its pages say how to build it.
 */
public final class WebApp {
  private static final String FOLDER = "ui/";

  /** First segments of paths that are the server's own; nothing there is a page of the UI. */
  private static final Set<String> RESERVED =
      Set.of(
          "api", "docs", "feeds", "hooks", "sandbox", "livez", "readyz", "metrics", "openapi.json");

  private static final Pattern HASHED = Pattern.compile("assets/.+-[A-Za-z0-9_-]{8,}\\.[a-z0-9]+");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("webp", "image/webp"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  private final Map<String, byte[]> files;

  WebApp(Map<String, byte[]> files) {
    this.files = Map.copyOf(files);
  }

  /** The folder {@code /ui/} of the classpath. */
  public static WebApp ofClasspath() {
    return new WebApp(load(WebApp.class.getResource("/" + FOLDER + "index.html")));
  }

  private static Map<String, byte[]> load(@Nullable URL index) {
    if (index == null) {
      return Map.of();
    }
    try {
      URI uri = index.toURI();
      return uri.getScheme().equals("jar")
          ? stored(uri.getRawSchemeSpecificPart())
          : load(Path.of(uri).resolveSibling(""));
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("Cannot read the web application at " + index, e);
    }
  }

  /**
   * @param index such as {@code file:/opt/linkspan/linkspan.jar!/ui/index.html}
   */
  private static Map<String, byte[]> stored(String index) throws IOException {
    var file = Path.of(URI.create(index.substring(0, index.indexOf("!/"))));
    var files = new HashMap<String, byte[]>();
    try (var jar = new ZipFile(file.toFile())) {
      for (var entry : Collections.list(jar.entries())) {
        String name = entry.getName();
        if (name.startsWith(FOLDER) && !entry.isDirectory()) {
          try (var content = jar.getInputStream(entry)) {
            files.put(name.substring(FOLDER.length()), content.readAllBytes());
          }
        }
      }
    }
    return files;
  }

  private static Map<String, byte[]> load(Path folder) throws IOException {
    var files = new HashMap<String, byte[]>();
    try (var paths = Files.walk(folder)) {
      paths
          .filter(Files::isRegularFile)
          .forEach(
              path -> {
                try {
                  String name = folder.relativize(path).toString().replace('\\', '/');
                  files.put(name, Files.readAllBytes(path));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return files;
  }

  /** Whether the path names a file; the pages' own addresses may hold ids and tokens. */
  boolean isFile(List<String> path) {
    return files.containsKey(String.join("/", path));
  }

  /** Empty when the path is neither a file nor a page of the application. */
  Optional<Answer> answer(List<String> path, RawRequest request) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return Optional.empty();
    }
    String name = String.join("/", path);
    if (files.isEmpty()) {
      boolean asksForPage = request.header("Accept").orElse("").contains("text/html");
      return path.isEmpty() || isPage(path) && asksForPage
          ? Optional.of(Answer.of(notBuilt(path.isEmpty() ? 200 : 404)))
          : Optional.empty();
    }
    if (!name.isEmpty() && files.containsKey(name)) {
      return Optional.of(file(name, request));
    }
    return isPage(path) && wantsHtml(request)
        ? Optional.of(file("index.html", request))
        : Optional.empty();
  }

  private static Reply notBuilt(int status) {
    String text =
        """
        The web application is not built. Start Linkspan with ./linkspan run, which builds it.
        The API works without it: /docs/ describes it.
        """;
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Reply(status, new Reply.Content("text/plain; charset=utf-8", bytes), Map.of());
  }

  private static boolean isPage(List<String> path) {
    return path.isEmpty() || (!RESERVED.contains(path.getFirst()) && !path.getLast().contains("."));
  }

  private static boolean wantsHtml(RawRequest request) {
    String accept = request.header("Accept").orElse("*/*");
    return accept.contains("text/html") || accept.contains("*/*");
  }

  private Answer file(String name, RawRequest request) {
    byte[] plain = files.getOrDefault(name, new byte[0]);
    byte[] bytes = plain;
    var headers = new LinkedHashMap<String, String>();
    headers.put("ETag", "\"" + hash(plain) + "\"");
    headers.put(
        "Cache-Control",
        HASHED.matcher(name).matches() ? "public, max-age=31536000, immutable" : "no-cache");
    byte[] brotli = files.get(name + ".br");
    byte[] gzip = files.get(name + ".gz");
    if (brotli != null || gzip != null) {
      headers.put("Vary", "Accept-Encoding");
    }
    if (brotli != null && AnswerWriter.accepts(request, "br")) {
      headers.put("Content-Encoding", "br");
      bytes = brotli;
    } else if (gzip != null && AnswerWriter.accepts(request, "gzip")) {
      headers.put("Content-Encoding", "gzip");
      bytes = gzip;
    }
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String type = TYPES.getOrDefault(extension, "application/octet-stream");
    return new Answer.Whole(200, headers, type, bytes);
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
