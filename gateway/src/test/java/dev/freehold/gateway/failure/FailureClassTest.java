package dev.freehold.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.gateway.route.Retrying;
import dev.freehold.gateway.upstream.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The table of failures and the stated numbers, as the program and its document have them.
class FailureClassTest {
  private static final Path DOCUMENT = Path.of("../docs/gateway.md");

  @Test
  void theDocumentHasTheTableOfTheProgram() throws IOException {
    List<String> lines = Files.readAllLines(DOCUMENT);
    for (FailureClass type : FailureClass.values()) {
      assertThat(lines).anyMatch(line -> line.startsWith(row(type)));
    }
  }

  private static String row(FailureClass type) {
    Rule rule = type.rule();
    String bench =
        rule.opensAfter() == 0
            ? "- | -"
            : "after %d | %s to %s"
                .formatted(rule.opensAfter(), told(rule.bench()), told(rule.most()));
    String next =
        switch (rule.next()) {
          case NONE -> "no";
          case ANY -> "yes";
          case LARGER_CONTEXT -> "larger context";
          case WHERE_ALLOWED -> "`on-refusal`";
        };
    String scope =
        switch (rule.scope()) {
          case REQUEST -> "-";
          case TARGET -> "target";
          case KEY -> "key";
          case BACKEND -> "backend";
        };
    return "| `%s` | %d | %s | %s | %s |".formatted(type.key(), rule.retries(), next, scope, bench);
  }

  private static String told(Duration time) {
    return time.toSeconds() % 3600 == 0
        ? time.toHours() + " h"
        : time.toSeconds() % 60 == 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }

  /// The numbers of the public bench hold with what is set where nobody sets anything.
  @Test
  void statedNumbersHold() {
    Limits limits = Limits.DEFAULT;
    assertThat(limits.firstToken()).as("S07").isLessThanOrEqualTo(Duration.ofSeconds(15));
    assertThat(limits.firstToken().plus(limits.lastFirstToken()))
        .as("S06")
        .isLessThanOrEqualTo(Duration.ofSeconds(100));
    assertThat(limits.betweenTokens()).as("S09").isLessThanOrEqualTo(Duration.ofSeconds(45));
    assertThat(limits.afterFinish()).as("S11").isLessThanOrEqualTo(Duration.ofSeconds(8));
    assertThat(Retrying.DEFAULT.attempts()).as("S02").isLessThanOrEqualTo(6);
    for (FailureClass type : FailureClass.values()) {
      assertThat(type.rule().retries() + 1).as("S02 " + type).isLessThanOrEqualTo(4);
    }
    Duration pauses = Retrying.DEFAULT.pause(0).plus(Retrying.DEFAULT.pause(1));
    assertThat(pauses).as("S02").isLessThanOrEqualTo(Duration.ofSeconds(3));
    for (FailureClass type :
        List.of(FailureClass.TRANSIENT, FailureClass.TRANSPORT, FailureClass.CUT)) {
      assertThat(type.rule().most()).as("S15").isLessThan(Duration.ofSeconds(30));
    }
  }
}
