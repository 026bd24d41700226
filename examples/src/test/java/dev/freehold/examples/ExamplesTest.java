package dev.freehold.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Runs each example as a program of its own, as a reader would, and holds the documents to the
/// files.
class ExamplesTest {
  private static final Path ROOT = Path.of(System.getProperty("freehold.root"));
  private static final Path SOURCES = ROOT.resolve("examples/src/main/java/dev/freehold/examples");

  private static List<String> run(String example) throws IOException, InterruptedException {
    String classes =
        System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + System.getProperty("java.class.path");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes,
                "dev.freehold.examples." + example)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    String output;
    try (var in = process.getInputStream()) {
      output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("%s ends", example).isTrue();
    assertThat(process.exitValue()).as("exit of %s", example).isZero();
    return output.lines().toList();
  }

  @Test
  void tenLinesAnswer() throws IOException, InterruptedException {
    assertThat(run("TenLines")).isNotEmpty().last().asString().contains("84");
  }

  @Test
  void aToolIsCalled() throws IOException, InterruptedException {
    List<String> lines = run("CallTool");
    assertThat(lines).hasSizeGreaterThanOrEqualTo(2);
    assertThat(lines.getFirst()).matches("asked for \\{\"town\":\".+\"}");
    assertThat(lines.getLast()).contains("14:30");
  }

  @Test
  void anAnswerIsJson() throws IOException, InterruptedException {
    assertThat(String.join("\n", run("AskForJson")))
        .matches("(?s)true \\{\\s*\"sum\":.*\"isEven\":\\s*(true|false)\\s*}");
  }

  @Test
  void textsAreCompared() throws IOException, InterruptedException {
    List<String> lines = run("CompareTexts");
    assertThat(lines).hasSize(2);
    assertThat(likeness(lines.get(1))).isGreaterThan(likeness(lines.get(0)));
  }

  private static double likeness(String line) {
    return Double.parseDouble(line.strip().split(" ", 2)[0]);
  }

  @Test
  void theTenLinesAreTenAndStandInTheReadme() throws IOException {
    String source = Files.readString(SOURCES.resolve("TenLines.java"));
    String body = source.substring(source.indexOf("import "));
    assertThat(body.lines().filter(l -> !l.isBlank() && !l.startsWith("///")).count())
        .isLessThanOrEqualTo(10);
    assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```java\n" + body + "```\n");
  }

  @Test
  void docsShowTheOtherExamples() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/java.md"));
    for (String example : List.of("CallTool", "AskForJson", "CompareTexts")) {
      String source = Files.readString(SOURCES.resolve(example + ".java"));
      assertThat(page)
          .as(example)
          .contains("```java\n" + source.substring(source.indexOf("import ")) + "```\n");
    }
  }
}
