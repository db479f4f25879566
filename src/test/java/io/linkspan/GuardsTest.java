package io.linkspan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The guards of {@code docs/proofs.md} are where {@code guards.yaml} says. With {@code ./linkspan
 * test --long} each is also removed, in a class compiled for that, and its test fails: a test that
 * was never seen to fail proves nothing. {@code -Dlinkspan.guard=NAME} removes one.
 */
class GuardsTest {
  private static final Path HOME = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final Path SOURCES = HOME.resolve("src/main/java");
  private static final String CLASSES = System.getProperty("java.class.path");

  /** As the suite's own, see pom.xml. */
  private static final List<String> OPTIONS =
      List.of("-Xmx1g", "--enable-native-access=ALL-UNNAMED", "-Duser.timezone=UTC");

  @TempDir Path directory;

  /**
   * @param guard what guards, and {@code without} what stands there when it is removed
   * @param beside what else the file has
   * @param test its class without the package, and perhaps {@code #} and a method
   */
  record Guard(String guard, String without, String beside, String test) {
    Path file() throws IOException {
      try (var files = Files.walk(SOURCES)) {
        var found = files.filter(file -> file.toString().endsWith(".java") && isIn(file)).toList();
        assertThat(found).as("files with " + guard).hasSize(1);
        return found.getFirst();
      }
    }

    private boolean isIn(Path file) {
      String text = read(file);
      return Pattern.compile(guard).matcher(text).find()
          && (beside == null || Pattern.compile(beside).matcher(text).find());
    }

    String[] testToRun() throws IOException {
      String[] parts = test.split("#", 2);
      try (var classes = Files.walk(HOME.resolve("src/test/java"))) {
        var found = classes.filter(file -> file.endsWith(parts[0] + ".java")).toList();
        assertThat(found).as(test).hasSize(1);
        assertThat(read(found.getFirst())).contains(parts[parts.length - 1]);
        String source = HOME.resolve("src/test/java").relativize(found.getFirst()).toString();
        parts[0] = source.replace(".java", "").replace('/', '.');
        return parts;
      }
    }
  }

  @Test
  void everyGuardThatTheProofsNameCanBeRemoved() {
    var named =
        Pattern.compile("\\[([a-z0-9-]+)]")
            .matcher(read(HOME.resolve("docs/proofs.md")))
            .results()
            .map(name -> name.group(1));

    assertThat(guards().keySet()).containsExactlyInAnyOrderElementsOf(named.toList());
  }

  @TestFactory
  Stream<DynamicTest> everyGuardIsThereAndItsTestFailsWithoutIt() {
    String one = System.getProperty("linkspan.guard");
    return guards().entrySet().stream()
        .filter(guard -> one == null || one.equals(guard.getKey()))
        .map(
            guard ->
                DynamicTest.dynamicTest(
                    guard.getKey(),
                    () -> {
                      Path file = guard.getValue().file();
                      String[] test = guard.getValue().testToRun();
                      if (one != null || Boolean.getBoolean("linkspan.long")) {
                        var classes = Files.createDirectory(directory.resolve(guard.getKey()));
                        compile(file, removed(guard.getValue(), read(file)), classes);
                        assertThat(passes(test, classes)).as("passes without it").isFalse();
                      }
                    }));
  }

  private static String removed(Guard guard, String source) {
    return Pattern.compile(guard.guard()).matcher(source).replaceAll(guard.without());
  }

  private static void compile(Path file, String source, Path classes) throws IOException {
    var unit =
        new SimpleJavaFileObject(
            URI.create("string:///" + file.getFileName()), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var compiler = ToolProvider.getSystemJavaCompiler();
    var said = new StringWriter();
    var options =
        List.of("-d", classes.toString(), "-cp", CLASSES, "-proc:none", "-parameters", "-nowarn");
    assertThat(compiler.getTask(said, null, null, options, null, List.of(unit)).call())
        .as(said.toString())
        .isTrue();
  }

  private boolean passes(String[] test, Path classes) throws Exception {
    var command =
        Stream.of(
                Stream.of(ProcessHandle.current().info().command().orElseThrow()),
                OPTIONS.stream(),
                Stream.of("-Dbasedir=" + HOME, "-cp", classes + File.pathSeparator + CLASSES),
                Stream.of(TestRun.class.getName()),
                Stream.of(test))
            .flatMap(words -> words)
            .toList();
    Path log = classes.resolveSibling(classes.getFileName() + ".log");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int code = process.waitFor();
    assertThat(code).as(read(log)).isIn(TestRun.PASSED, TestRun.FAILED);
    return code == TestRun.PASSED;
  }

  private static Map<String, Guard> guards() {
    try (var file = GuardsTest.class.getResourceAsStream("/guards.yaml")) {
      return new YAMLMapper().readValue(file, new TypeReference<Map<String, Guard>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
