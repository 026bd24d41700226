package dev.freehold.train.seedling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the corpus says about Freehold against Freehold.
class TalkTest {
  private static final Path COMMANDS =
      Path.of(System.getProperty("freehold.root"), "cli/src/main/java/dev/freehold/cli");

  private static Set<String> found(String pattern) {
    return FreeholdTopics.TOPICS.stream()
        .flatMap(topic -> Pattern.compile(pattern).matcher(topic.answer()).results())
        .map(result -> result.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void commandsAndOptionsExist() throws java.io.IOException {
    Set<String> commands = found("\\./freehold ([a-z]+)");
    assertThat(commands).contains("run", "list", "verify").hasSizeGreaterThan(10);
    for (String command : commands) {
      String name = command.substring(0, 1).toUpperCase(Locale.ROOT) + command.substring(1);
      assertThat(COMMANDS.resolve(name + "Command.java")).exists();
    }
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.list(COMMANDS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sources.append(Files.readString(file));
      }
    }
    Set<String> options = found("(--[a-z-]+)");
    options.remove("--help");
    assertThat(options).hasSizeGreaterThan(5);
    for (String option : options) {
      assertThat(sources.toString()).contains("\"" + option + "\"");
    }
    assertThat(found(" (/[a-z]+)")).isNotEmpty();
    found(" (/[a-z]+)").forEach(c -> assertThat(sources.toString()).contains("\"" + c + "\""));
  }

  @Test
  void noQuestionHasTwoAnswers() {
    Map<String, String> answers = new HashMap<>();
    Stream.concat(FreeholdTopics.TOPICS.stream(), SmallTalk.TOPICS.stream())
        .forEach(topic -> {
          for (String question : topic.questions()) {
            String bare = question.toLowerCase(Locale.ROOT).replaceAll("[?.!]$", "");
            String other = answers.put(bare, topic.answer());
            assertThat(other == null || other.equals(topic.answer())).as(question).isTrue();
          }
        });
    assertThat(answers).hasSizeGreaterThan(150);
  }
}
