package io.linkspan.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Clients decide by the code of a problem, so each is in the contract's list. */
class ProblemCodesTest {
  private static final Pattern ROW = Pattern.compile("\\| \\d{3} \\| `([a-z_]+)` \\|");

  /** Where a problem or a refusal is made, with its code in the group. */
  private static final Pattern MADE =
      Pattern.compile(
          "(?:\\bof\\(\\s*(?:\\d{3}|status),\\s*|(?:\\bbadRequest|\\bconflict|\\bRefused)\\(\\s*)\"([a-z_]+)\"");

  /** The same with a code that the text does not show. */
  private static final Pattern MADE_OF_SOMETHING_ELSE =
      Pattern.compile("Problem\\s*\\.(?:badRequest|conflict)\\(\\s*+(?!\")([^,]+),");

  /** Of a part of the server, which only tests start. */
  private static final String OF_TESTS = "not_implemented";

  @Test
  void everyCodeThatTheProgramAnswersIsListedAndTheOthersAreNot() {
    var made = found(MADE);
    made.remove(OF_TESTS);
    var listed =
        ROW.matcher(Contract.document().at("/info/description").asString())
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(made).hasSizeGreaterThan(50);
    assertThat(listed).containsExactlyElementsOf(made);
  }

  @Test
  void codesAreWrittenWhereProblemsAreMade() {
    // what a provider refused is passed on
    assertThat(found(MADE_OF_SOMETHING_ELSE)).isSubsetOf(Set.of("refused.code()"));
  }

  private static TreeSet<String> found(Pattern pattern) {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          // answers as the simulated providers do, and is no part of the contract
          .filter(file -> !file.toString().contains("/sandbox/"))
          .flatMap(file -> matches(pattern, file))
          .map(match -> match.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<MatchResult> matches(Pattern pattern, Path file) {
    try {
      return pattern.matcher(Files.readString(file)).results();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
