package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
