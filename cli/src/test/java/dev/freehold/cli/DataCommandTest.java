package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `freehold data`: hash, build and show, as the documents say they are used.
class DataCommandTest {
  @TempDir private Path home;

  private Path texts = Path.of("");
  private Path description = Path.of("");

  private Session.Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  @BeforeEach
  void writeTexts() throws IOException {
    texts = Files.createDirectories(home.resolve("texts"));
    description = home.resolve("corpus.yaml");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      lines.append(
          "{\"text\": \"The %d houses of the town stand near the river.\"}\n".formatted(i));
    }
    lines.append("{\"text\": \"  \"}\n");
    Path file = Files.writeString(texts.resolve("a.jsonl"), lines);
    Session.Result hashed = run("data", "hash", file.toString());
    assertThat(hashed.exit()).as(hashed.err()).isEqualTo(Exit.OK);
    Files.writeString(
        description,
        """
        name: towns
        sources: [{path: a.jsonl, sha256: %s, format: jsonl}]
        normalize: {nfc: true, newlines: true, controls: true, trailing_blanks: true}
        rules: {gopher_repetition: false, gopher_quality: false, c4: false, fineweb: false}
        deduplicate: {exact: true, near: false}
        replace: {email: false, ipv4: false}
        tokenizer: {vocabulary: 280, documents: 40}
        """
            .formatted(hashed.out().substring(0, 64)));
  }

  private Session.Result build(String out) {
    return run(
        "data",
        "build",
        description.toString(),
        "--from",
        texts.toString(),
        "--out",
        home.resolve(out).toString());
  }

  @Test
  void aCorpusIsBuiltAndShown() {
    Session.Result built = build("corpus");
    assertThat(built.exit()).as(built.err()).isEqualTo(Exit.OK);
    assertThat(built.out()).contains("40 of 41 kept", "empty", "vocabulary 280", "  manifest");
    assertThat(built.err()).contains("a.jsonl: read, 41 documents");
    Session.Result shown = run("data", "show", home.resolve("corpus").toString());
    assertThat(shown.exit()).isEqualTo(Exit.OK);
    assertThat(shown.out()).isEqualTo(built.out());
  }

  @Test
  void mistakesAreTwoLines() throws IOException {
    assertThat(build("corpus").exit()).isEqualTo(Exit.OK);
    Session.Result again = build("corpus");
    assertThat(again.exit()).isEqualTo(Exit.FAILURE);
    assertThat(again.err()).contains("is there already");
    Session.Result nothing = run("data", "show", texts.toString());
    assertThat(nothing.exit()).isEqualTo(Exit.FAILURE);
    assertThat(nothing.err()).contains("holds no manifest.json");
    Files.writeString(texts.resolve("a.jsonl"), "{\"text\": \"changed\"}\n");
    Session.Result changed = build("other");
    assertThat(changed.exit()).isEqualTo(Exit.FAILURE);
    assertThat(changed.err()).contains("a.jsonl: the corpus names content with SHA-256");
    Session.Result what = run("data");
    assertThat(what.exit()).isEqualTo(Exit.USAGE);
    assertThat(what.err()).contains("build, show or hash");
  }
}
