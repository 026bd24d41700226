package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every command line has in common: help, version, errors of a line or two, exit codes.
class CommandFrameTest {
  @TempDir private Path home = Path.of("unset");

  private Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  static Set<String> commands() {
    return CommandFrame.COMMANDS.keySet();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void saysItsVersion(String option) {
    Result result = run(option);
    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out()).matches("freehold \\d+\\.\\d+\\.\\d+\\R");
    assertThat(run("list", option).out()).isEqualTo(result.out());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithAnExample(String command) {
    Result result = run(command, "--help");
    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out()).contains("Usage: freehold " + command).contains("\nExample");
    assertThat(result.out().substring(result.out().indexOf("\nExample")))
        .contains("freehold " + command + " ");
    assertThat(run("help", command).out()).isEqualTo(result.out());
    assertThat(run("--help").out()).contains("  " + command + " ");
  }

  @Test
  void commandsOfCommandsDoNotListTheExitCodes() {
    assertThat(run("agent", "list", "--help").out()).doesNotContain("Exit codes", "vault");
    assertThat(run("agent", "mcp", "add", "--help").out()).doesNotContain("Exit codes", "vault");
  }

  @Test
  void javaNamesNoExceptionsOfFiles() {
    Result result = run("workflow", "check", home.resolve("no/such.yaml").toString());
    assertThat(result.exit()).isEqualTo(Exit.FAILURE);
    Failure failure =
        Failure.of(
            "freehold agent",
            new CliException("x: cannot be written: java.nio.file.NoSuchFileException: /no/x"));
    assertThat(failure.message()).isEqualTo("x: cannot be written: no such file or folder: /no/x");
  }

  @Test
  void theExitCodesAreDocumented() {
    String help = run("--help").out();
    for (Exit exit : Exit.OWN) {
      assertThat(help).containsPattern("(?m)^ +" + exit.code() + " +\\S");
    }
  }

  @Test
  void aMisspeltCommandLineIsTwoLinesAndExitCodeTwo() {
    Result result = run("lst");
    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(2).anyMatch(line -> line.contains("list"));
    assertThat(run().exit()).isEqualTo(Exit.USAGE);
    assertThat(run("tokenize").err()).contains("Missing required parameter: 'MODEL'");
  }

  @Test
  void aFailureIsALineOrTwoAndMoreOnRequest() {
    Result result = run("tokenize", "no-such-model", "text");
    assertThat(result.exit()).isEqualTo(Exit.FAILURE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(2).first().asString().contains("no-such-model");
    assertThat(result.err()).doesNotContain("--stacktrace");
    String long_ = run("tokenize", "no-such-model", "text", "--stacktrace").err();
    assertThat(long_).contains("\tat dev.freehold.hub");
  }

  @Test
  void onlyABugPointsToTheStackTrace() {
    assertThat(Failure.of("freehold", new CliException("no such model")).remedy()).isEmpty();
    Failure bug = Failure.of("freehold", new IllegalStateException("x"));
    assertThat(bug.exit()).isEqualTo(Exit.BUG);
    assertThat(bug.remedy()).contains("--stacktrace");
  }

  @Test
  void controlCharactersOfAFileReachNoTerminal() {
    Result result = run("tokenize", "bad\u001b[31m\u202ename", "text");
    assertThat(result.err()).doesNotContain("\u001b").doesNotContain("\u202e").contains("\\u001b");
  }

  @Test
  void aReaderThatLeavesEndsTheCommandQuietly() {
    assertThat(runInto("Broken pipe").exit()).isEqualTo(Exit.OUTPUT_CLOSED);
    assertThat(runInto("Broken pipe").err()).isEmpty();
    Result full = runInto("No space left on device");
    assertThat(full.exit()).isEqualTo(Exit.FAILURE);
    assertThat(full.err()).contains("cannot write the output: No space left on device");
  }

  private Result runInto(String failure) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();
    Exit exit =
        Main.run(
            new Surroundings(
                Map.of(),
                home,
                InputStream.nullInputStream(),
                new PrintStream(new CheckedOutput(broken), false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Clock.systemUTC()),
            "list");
    return new Result(exit, "", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void listShowsConfiguredFolders() throws Exception {
    Path models = Files.createDirectories(home.resolve("models"));
    Files.write(models.resolve("tiny-Q8_0.gguf"), new byte[1234]);
    Path config = Files.createDirectories(home.resolve(".config/freehold")).resolve("config.json");
    Files.writeString(config, "{\"models\": [\"~/models\"]}");
    assertThat(run("list").out()).containsPattern("tiny-Q8_0 +1.23 kB +gguf +folder +/");
    assertThat(run("list", "--json").out())
        .contains(
            "{\"name\":\"tiny-Q8_0\",\"source\":\"folder\",\"format\":\"gguf\",\"bytes\":1234");
    Files.writeString(config, "{\"modle\": []}");
    assertThat(run("list").err()).contains("unknown setting \"modle\"").contains("config.json");
    Files.writeString(config, "{\"models\": [7]}");
    assertThat(run("list").err()).contains("expected absolute paths or ~/..., found 7");
    Files.writeString(config, "{\"models\": ");
    assertThat(run("list").exit()).isEqualTo(Exit.FAILURE);
  }
}
