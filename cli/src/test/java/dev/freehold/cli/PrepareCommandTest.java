package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `freehold prepare` makes a copy that is found again, and takes the place of older ones.
class PrepareCommandTest {
  @TempDir private Path home;

  private String quantized(Session session) throws IOException {
    Path recipe = Files.writeString(home.resolve("tiny.yaml"), ExportCommandTest.RECIPE);
    String run = home.resolve("run").toString();
    String model = home.resolve("model.gguf").toString();
    Session.Result trained = session.run("train", recipe.toString(), "--out", run);
    assertThat(trained.exit()).as(trained.err()).isEqualTo(Exit.OK);
    Session.Result exported =
        session.run("export", run, "--format", "gguf", "--dtype", "q8_0", "--to", model);
    assertThat(exported.exit()).as(exported.err()).isEqualTo(Exit.OK);
    return model;
  }

  @Test
  void aCopyOfAnOlderLayoutIsToldAndReplaced() throws IOException {
    Session session = new Session(home);
    String model = quantized(session);
    Session.Result first = session.run("prepare", model);
    assertThat(first.exit()).as(first.err()).isEqualTo(Exit.OK);
    Path prepared = Path.of(first.out().strip());
    assertThat(session.run("kernels", model).err()).doesNotContain("older");

    String name = prepared.getFileName().toString();
    Path old = prepared.resolveSibling(name.replaceFirst("\\.v\\d+\\.", ".v1."));
    Files.move(prepared, old);
    Session.Result told = session.run("kernels", model);
    assertThat(told.exit()).isEqualTo(Exit.OK);
    assertThat(told.err()).contains("was prepared for an older version", "freehold prepare");

    Session.Result again = session.run("prepare", model);
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(prepared).isRegularFile();
    assertThat(old).doesNotExist();
  }

  @Test
  void theTablesOfTheTokenizerAreMadeAndChecked() throws IOException {
    Session session = new Session(home);
    String model = quantized(session);
    Session.Result plain = session.run("run", model, "--raw", "--max-tokens", "2", "some words");
    Path prepared = Path.of(session.run("prepare", model).out().strip());
    String digest = prepared.getFileName().toString().replaceFirst("\\..*", "");
    Path tables = prepared.resolveSibling(digest + ".v1.tokenizer");
    assertThat(tables).isRegularFile();
    Session.Result same = session.run("run", model, "--raw", "--max-tokens", "2", "some words");
    assertThat(same.out()).isEqualTo(plain.out());

    byte[] bytes = Files.readAllBytes(tables);
    bytes[bytes.length - 1] ^= 1;
    Files.write(tables, bytes);
    Session.Result damaged = session.run("run", model, "--raw", "--max-tokens", "2", "some words");
    assertThat(damaged.exit()).isEqualTo(Exit.FAILURE);
    assertThat(damaged.err()).contains("tokenizer tables", "CRC-32", "prepare the model again");

    assertThat(session.run("prepare", "--force", model).exit()).isEqualTo(Exit.OK);
    Session.Result mended = session.run("run", model, "--raw", "--max-tokens", "2", "some words");
    assertThat(mended.out()).isEqualTo(plain.out());
  }
}
