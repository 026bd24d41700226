package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `freehold export`, on a run of a few steps.
class ExportCommandTest {
  static final String RECIPE =
      """
      name: tiny
      arithmetic: fh1
      seed: 1
      steps: 2
      architecture: {model_type: qwen3, hidden_size: 32, intermediate_size: 64,
        num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 16,
        vocab_size: 300, max_position_embeddings: 64, tie_word_embeddings: true}
      data: {corpus: seedling, corpus_seed: 1, documents: 20, held_out: 0, vocabulary: 300,
        order_seed: 1, loss: text}
      batch: {sequences: 1, length: 64}
      optimizer: {kind: adamw, rate: 3e-3}
      schedule: {kind: cosine, warmup: 1}
      every: {checkpoint: 1}
      """;

  @TempDir private Path home;

  private String run = "";

  @BeforeEach
  void train() throws IOException {
    Path recipe = home.resolve("tiny.yaml");
    Files.writeString(recipe, RECIPE);
    run = home.resolve("run").toString();
    Session.Result trained = new Session(home).run("train", recipe.toString(), "--out", run);
    assertThat(trained.exit()).as(trained.err()).isEqualTo(Exit.OK);
  }

  private Session.Result export(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "export";
    all[1] = run;
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return new Session(home).run(all);
  }

  @Test
  void aRunBecomesAFileThatRuns() {
    String file = home.resolve("tiny.gguf").toString();
    Session.Result exported = export("--to", file, "--dtype", "f32", "--name", "Tiny");
    assertThat(exported.exit()).as(exported.err()).isEqualTo(Exit.OK);
    assertThat(exported.out()).matches("[0-9a-f]{64}  .*tiny\\.gguf\\R");

    String[] exact = {"--ids", "1,2,3", "--json", "--activations", "f32", "--kv", "f32"};
    String checkpoint = Path.of(run).resolve("checkpoints/step-00000002").toString();
    assertThat(logits(file, exact)).isEqualTo(logits(checkpoint, exact));

    Session.Result shown = new Session(home).run("show", file);
    assertThat(shown.out()).contains("qwen3", "smollm", "<|im_end|>");

    Session.Result again = export("--to", file, "--dtype", "f32", "--name", "Tiny");
    assertThat(again.exit()).isEqualTo(Exit.USAGE);
    assertThat(again.err()).contains("tiny.gguf exists", "--force");
    Session.Result forced = export("--to", file, "--dtype", "f32", "--name", "Tiny", "--force");
    assertThat(forced.out()).isEqualTo(exported.out());
  }

  @Test
  void aRunBecomesAFolderThatRuns() {
    String folder = home.resolve("tiny").toString();
    Session.Result exported = export("--to", folder);
    assertThat(exported.exit()).as(exported.err()).isEqualTo(Exit.OK);
    assertThat(exported.out()).containsPattern("[0-9a-f]{64}  .*tiny/model\\.safetensors\\R");
    String[] exact = {"--ids", "1,2,3", "--json", "--activations", "f32", "--kv", "f32"};
    String checkpoint = Path.of(run).resolve("checkpoints/step-00000002").toString();
    assertThat(logits(folder, exact)).isEqualTo(logits(checkpoint, exact));

    Session.Result again = export("--to", folder);
    assertThat(again.exit()).isEqualTo(Exit.USAGE);
    assertThat(again.err()).contains("tiny exists", "--force");
    assertThat(export("--to", folder, "--force", "--format", "hf").out()).isEqualTo(exported.out());
    Session.Result dtype = export("--to", folder, "--force", "--dtype", "q8_0");
    assertThat(dtype.exit()).isEqualTo(Exit.USAGE);
    assertThat(dtype.err()).contains("--dtype Q8_0 is not written", "[F32, F16, BF16]");
    Session.Result format = export("--to", home.resolve("x").toString(), "--format", "gguf");
    assertThat(format.exit()).isEqualTo(Exit.USAGE);
    assertThat(format.err()).contains("is no GGUF file");
    Session.Result other = export("--to", run, "--force");
    assertThat(other.exit()).isEqualTo(Exit.FAILURE);
    assertThat(other.err()).contains("no part of an export");
  }

  private String logits(String model, String... options) {
    String[] all = new String[options.length + 2];
    all[0] = "logits";
    all[1] = model;
    System.arraycopy(options, 0, all, 2, options.length);
    Session.Result result = new Session(home).run(all);
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    return result.out();
  }

  @Test
  void whatCannotBeWrittenIsSaid() {
    Session.Result dtype = export("--to", home.resolve("x.gguf").toString(), "--dtype", "Q4_K");
    assertThat(dtype.exit()).isEqualTo(Exit.USAGE);
    assertThat(dtype.err()).contains("--dtype Q4_K is not written", "Choose one of [F32");
    Session.Result nowhere = export("--to", home.resolve("none/x.gguf").toString());
    assertThat(nowhere.exit()).isEqualTo(Exit.FAILURE);
    assertThat(nowhere.err()).contains("x.gguf.partial: cannot be written");
    Session.Result noModel =
        new Session(home).run("export", home.toString(), "--to", home + "/y.gguf");
    assertThat(noModel.exit()).isEqualTo(Exit.FAILURE);
    assertThat(noModel.err()).contains("no config.json");
  }
}
