package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import dev.freehold.tensor.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run of the demo model as a file, done again.
class RunRecordTest {
  @TempDir private Path home = Path.of("unset");

  private Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  /// A run of the demo model that was asked for one answer.
  private String begun(String... more) throws IOException {
    Path folder = Files.createDirectories(home.resolve("work"));
    List<String> words =
        new ArrayList<>(
            List.of("agent", "Read note.txt", "--yes", "--max-steps", "2", "--workspace"));
    words.add("" + folder);
    words.addAll(List.of(more));
    Result worked = run(words.toArray(String[]::new));
    Matcher named = Pattern.compile("run ([a-z0-9]{8}),").matcher(worked.err());
    assertThat(named.find()).as(worked.out() + worked.err()).isTrue();
    return named.group(1);
  }

  private Path exported(String run, String name) {
    Path file = home.resolve(name);
    Result written = run("agent", "export", run, "--to", "" + file);
    assertThat(written.exit()).as(written.err()).isEqualTo(Exit.OK);
    return file;
  }

  /// The same file with another first line, whole again.
  private static void changeHead(Path file, UnaryOperator<String> change) throws IOException {
    StringBuilder text = new StringBuilder();
    String chain = "";
    for (String line : Files.readAllLines(file)) {
      String now =
          chain.isEmpty()
              ? change.apply(line)
              : line.replaceFirst("\"before\":\"[0-9a-f]{64}\"}$", "\"before\":\"" + chain + "\"}");
      text.append(now).append('\n');
      chain = Sha256.of(chain + "\n" + now);
    }
    Files.writeString(file, text);
  }

  @Test
  void whatDecidesTheBitsIsWrittenDownAndUsed() throws IOException {
    String run = begun("--activations", "f32");
    Path file = exported(run, "f32.jsonl");
    assertThat(Files.readString(file))
        .contains("\"version\":2")
        .contains(
            "\"arithmetic\":\"fh1\",\"activations\":\"f32\",\"kv\":\"f32\",\"model\":\"demo\"")
        .containsPattern(
            "\"files\":\\[\\{\"name\":\"[^\"]+\",\"bytes\":[0-9]+,\"sha256\":\"[0-9a-f]{64}")
        .contains("\"time\":\"2026-01-02T03:04:05\"")
        .doesNotContain("\"stamp\"");
    Result equal = run("verify", "" + file);
    assertThat(equal.exit()).as(equal.err()).isEqualTo(Exit.OK);
    assertThat(equal.err()).doesNotContain("note:");

    changeHead(file, line -> line.replaceAll("(\"sha256\":\")[0-9a-f]{8}", "$100000000"));
    assertThat(run("verify", "" + file).err())
        .contains("note: model.files[0].sha256 is ", "the record says 00000000");
    changeHead(file, line -> line.replace("\"fh1\"", "\"fh9\""));
    Result refused = run("verify", "" + file);
    assertThat(refused.exit()).isEqualTo(Exit.FAILURE);
    assertThat(refused.err()).contains("computed by the rules \"fh9\", this program computes fh1");
    changeHead(file, line -> line.replace("\"version\":2", "\"version\":3"));
    assertThat(run("verify", "" + file).err())
        .contains("has version 3; this program reads versions 1 to 2");
  }

  @Test
  void aRecordOfTheFirstVersionIsRead() throws IOException {
    Path file = exported(begun(), "old.jsonl");
    changeHead(
        file,
        line ->
            line.replace("\"version\":2", "\"version\":1")
                .replaceFirst("\"computed\":\\{[^}]*}]},", ""));
    assertThat(Files.readString(file)).doesNotContain("\"computed\"");
    Result equal = run("verify", "" + file);
    assertThat(equal.exit()).as(equal.err()).isEqualTo(Exit.OK);
    assertThat(equal.err()).contains("does not say with which options it was computed");
  }

  @Test
  void aRunThatGoesOnOtherwiseSaysSo() throws IOException {
    String run = begun("--kv", "f32");
    Result on = run("agent", "resume", run, "Again", "--yes", "--max-steps", "9");
    assertThat(on.err()).doesNotContain("computed otherwise");
    on = run("agent", "resume", run, "Again", "--yes", "--max-steps", "14", "--kv", "q8_0");
    assertThat(on.err()).contains("from here on it is computed otherwise: kv q8_0, not f32");
    Result refused = run("verify", "" + exported(run, "both.jsonl"));
    assertThat(refused.exit()).isEqualTo(Exit.FAILURE);
    assertThat(refused.err())
        .contains("from there on the run was computed otherwise: kv q8_0, not f32");
  }

  @Test
  void aRunOfOurModelComesOutTheSame() throws IOException {
    Path folder = Files.createDirectories(home.resolve("work"));
    Files.writeString(folder.resolve("note.txt"), "The answer is 42.\n");
    String[] task = {
      "agent",
      "Read note.txt",
      "--model",
      "demo",
      "--yes",
      "--max-steps",
      "4",
      "--workspace",
      "" + folder
    };
    Result worked = run(task);
    Matcher named = Pattern.compile("run ([a-z0-9]{8}),").matcher(worked.err());
    assertThat(named.find()).as(worked.out() + worked.err()).isTrue();
    Path file = home.resolve("run.jsonl");
    Result written = run("agent", "export", named.group(1), "--to", "" + file);
    assertThat(written.exit()).as(written.err()).isEqualTo(Exit.OK);
    assertThat(run("agent", "export", named.group(1), "--to", "" + file).err())
        .contains("is there already");
    Result equal = run("verify", "" + file);
    assertThat(equal.exit()).as(equal.err()).isEqualTo(Exit.OK);
    assertThat(equal.out()).containsPattern("equal: [1-9][0-9]* answers computed again");
    Files.writeString(file, Files.readString(file).replace("note.txt", "nota.txt"));
    Result changed = run("verify", "" + file);
    assertThat(changed.exit()).isEqualTo(Exit.FAILURE);
    assertThat(changed.err()).contains("was changed");
  }
}
