package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// `freehold verify RUN` in all its forms, as a user sees them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerifyRunTest {
  private static final String RECIPE =
      """
      name: tiny
      arithmetic: fh1
      seed: 1
      steps: 8
      architecture: {model_type: qwen3, hidden_size: 16, intermediate_size: 32,
        num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 8,
        vocab_size: 300, max_position_embeddings: 256, tie_word_embeddings: true}
      data: {corpus: seedling, corpus_seed: 1, documents: 40, held_out: 0, vocabulary: 300,
        order_seed: 1, loss: text}
      batch: {sequences: 2, length: 64}
      optimizer: {kind: adamw, rate: 3e-3}
      schedule: {kind: cosine, warmup: 2}
      every: {checkpoint: 4}
      """;

  private Path home = Path.of("");
  private Path run = Path.of("");

  @BeforeAll
  void train(@TempDir Path folder) throws IOException, NoSuchAlgorithmException {
    home = folder;
    run = folder.resolve("run");
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    writePem("author.pem", "PRIVATE KEY", keys.getPrivate());
    writePem("author.pub", "PUBLIC KEY", keys.getPublic());
    writePem(
        "stranger.pub",
        "PUBLIC KEY",
        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic());
    Path recipe = Files.writeString(folder.resolve("tiny.yaml"), RECIPE);
    Session.Result trained = session("train", "" + recipe, "--out", "" + run, "--sign", key("pem"));
    assertThat(trained.exit()).as(trained.err()).isEqualTo(Exit.OK);
    assertThat(trained.out()).contains("signed  " + run.resolve("transcript.sig"));
  }

  private void writePem(String name, String label, Key key) throws IOException {
    String base = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    String pem = "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, base, label);
    Files.writeString(home.resolve(name), pem);
  }

  private String key(String ending) {
    return home.resolve("author." + ending).toString();
  }

  private Session.Result session(String... arguments) {
    return new Session(home).run(arguments);
  }

  private Path copy(String name) throws IOException {
    Path copy = home.resolve(name);
    List<Path> all;
    try (Stream<Path> walk = Files.walk(run)) {
      all = walk.toList();
    }
    for (Path path : all) {
      Files.copy(path, copy.resolve(run.relativize(path)));
    }
    return copy;
  }

  @Test
  void aSampleSaysWhatItCovers() {
    Session.Result result =
        session("verify", "" + run, "--sample", "1", "--seed", "7", "--key", key("pub"));
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(result.out())
        .contains(
            "chain       unbroken over 8 steps",
            "signature   made by the holder of the key",
            "inputs      equal: batch and rate of all 8 steps",
            "checkpoints equal: all 2",
            "4 of 8 steps computed again (50.0 %), 1 of 2 stretches chosen by seed 7",
            "would be caught with probability 0.010, 0.100, 0.500");
    assertThat(session("verify", "" + run, "--sample", "1", "--from", "2").exit())
        .isEqualTo(Exit.USAGE);
  }

  @Test
  void allOfARunAndAPartOfIt() {
    Session.Result all = session("verify", "" + run);
    assertThat(all.exit()).as(all.err()).isEqualTo(Exit.OK);
    assertThat(all.out()).contains("computed    equal: steps 1 to 8", "(100.0 %)", "not checked");
    Session.Result part = session("verify", "" + run, "--from", "6", "--to", "7");
    assertThat(part.out()).contains("computed    equal: steps 5 to 7", "(37.5 %)");
    assertThat(session("verify", "" + run, "--from", "9").exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void whatDoesNotHoldIsNamedInTwoLines() throws IOException {
    Path changed = copy("changed");
    Path weights = changed.resolve("checkpoints/step-00000004/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 4] ^= 1;
    Files.write(weights, bytes);
    Session.Result result = session("verify", "" + changed, "--sample", "1");
    assertThat(result.exit()).isEqualTo(Exit.FAILURE);
    assertThat(result.err())
        .contains("step-00000004: step 4, checkpoint", "differs tensor model.norm.weight")
        .contains("This run was not computed as it claims");
  }

  @Test
  void aSignatureOfSomebodyElseOrNoneIsAnError() throws IOException {
    Session.Result result =
        session("verify", "" + run, "--key", home.resolve("stranger.pub").toString());
    assertThat(result.exit()).isEqualTo(Exit.FAILURE);
    assertThat(result.err()).contains("not made with the private key");
    Path unsigned = copy("unsigned");
    Files.delete(unsigned.resolve("transcript.sig"));
    result = session("verify", "" + unsigned, "--key", key("pub"));
    assertThat(result.exit()).isEqualTo(Exit.FAILURE);
    assertThat(result.err()).contains("the run is not signed");
  }

  @Test
  void twoRunsAreSettled() throws IOException {
    Session.Result same = session("verify", "" + run, "--against", "" + copy("same"));
    assertThat(same.exit()).as(same.err()).isEqualTo(Exit.OK);
    assertThat(same.out()).contains("equal       all 8 steps that both hold");

    Path other = home.resolve("other");
    Path recipe = Files.writeString(home.resolve("other.yaml"), RECIPE.replace("3e-3", "2e-3"));
    assertThat(session("train", "" + recipe, "--out", "" + other).exit()).isEqualTo(Exit.OK);
    Session.Result unlike = session("verify", "" + run, "--against", "" + other);
    assertThat(unlike.exit()).isEqualTo(Exit.FAILURE);
    assertThat(unlike.out()).contains("optimizer.rate: 0.003 in " + run, "undecided");

    Files.copy(
        run.resolve("recipe.yaml"),
        other.resolve("recipe.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
    String header = Files.readAllLines(run.resolve("transcript.jsonl")).getFirst();
    rewrite(other.resolve("transcript.jsonl"), header);
    Session.Result decided = session("verify", "" + other, "--against", "" + run);
    assertThat(decided.exit()).isEqualTo(Exit.FAILURE);
    assertThat(decided.out())
        .contains("differ      at step 1,", "rate: ", "computed    steps 1 to 1, from the first")
        .contains("right       " + run, "wrong       " + other)
        .contains("in the checkpoint of step 4 differs tensor");
  }

  @Test
  void aDocumentIsLeftOut() {
    String out = home.resolve("without").toString();
    String unread = session("train", "--without", "39", "--from", "" + run, "--out", out).err();
    String read = unread.replaceFirst("(?s).*Documents \\[(\\d+).*", "$1");
    Session.Result result =
        session("train", "--without", read, "--from", "" + run, "--out", out, "--prompt", "Hi!");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(result.out())
        .contains("first read  by step ", "begins      after step ", "the document itself: mean")
        .containsPattern("prompt   Hi!\\R+with .*\\R.*\\Rwithout ")
        .contains("with the document, ");
    Session.Result verified = session("verify", out);
    assertThat(verified.exit()).as(verified.err()).isEqualTo(Exit.OK);
    Session.Result unlike = session("verify", "" + run, "--against", out);
    assertThat(unlike.out()).contains("without     none in " + run, "undecided");
    assertThat(session("train", "--without", read, "--out", out).exit()).isEqualTo(Exit.USAGE);
    assertThat(
            session("train", "--without", "x", "--from", "" + run, "--out", "" + home.resolve("y"))
                .err())
        .contains("expected the SHA-256 of a document's text, or its number; found x");
  }

  /// Gives a transcript another first line, and chains that fit.
  private static void rewrite(Path file, String header) throws IOException {
    StringBuilder text = new StringBuilder(header).append('\n');
    String chain = header.substring(header.length() - 66, header.length() - 2);
    for (String line : Files.readAllLines(file).stream().skip(1).toList()) {
      String body = line.substring(0, line.indexOf(",\"chain\"")) + "}";
      chain = Sha256.of(chain + body);
      text.append(body, 0, body.length() - 1).append(",\"chain\":\"" + chain + "\"}\n");
    }
    Files.writeString(file, text);
  }
}
