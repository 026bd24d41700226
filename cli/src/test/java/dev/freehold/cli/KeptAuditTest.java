package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `freehold audit` of models in the vault: from what bytes, whence they came, and what changed.
class KeptAuditTest {
  private static final String FIRST = "1".repeat(40);
  private static final String SECOND = "2".repeat(40);
  private static final String FREE =
      "Permission is hereby granted, free of charge, to any person obtaining a copy.";
  private static final String RESTRICTED =
      "Terms of nobody. Use is for research purposes only. We may revoke it at any time.";

  @TempDir private Path home = Path.of("unset");

  private Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  private JsonNode json(String... arguments) {
    Result result = run(arguments);
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    return StrictJson.parse(result.out().getBytes(StandardCharsets.UTF_8), "report");
  }

  /// A snapshot in the cache of Hugging Face, and the model of it kept.
  private void keep(String repository, String commit, String licence, String card)
      throws IOException {
    Path cache = home.resolve(".cache/huggingface/hub/models--" + repository.replace("/", "--"));
    Path snapshot = Files.createDirectories(cache.resolve("snapshots").resolve(commit));
    Files.write(snapshot.resolve("tiny-F32.gguf"), DemoFiles.carried().model());
    Files.writeString(snapshot.resolve("LICENSE"), licence);
    Files.writeString(snapshot.resolve("README.md"), card);
    Files.createDirectories(cache.resolve("refs"));
    Files.writeString(cache.resolve("refs/main"), commit);
    Result listed = run("list", "--json");
    String name = repository + ":F32";
    Result kept = run("vault", "add", name, "--name", repository, "--no-golden", "--parity", "0");
    assertThat(kept.exit()).as(kept.err() + listed.out()).isEqualTo(Exit.OK);
  }

  private Path blob(String text) {
    return home.resolve(".local/share/freehold/vault/blobs/sha256").resolve(Sha256.of(text));
  }

  @Test
  void aLineRestsOnBytesWhoseOriginIsNamed() throws IOException {
    keep("org/tiny", FIRST, RESTRICTED, "---\nlicense: other\n---\n# Tiny\n");
    Result text = run("audit", "org/tiny", "--evidence");
    assertThat(text.exit()).as(text.err()).isEqualTo(Exit.OK);
    assertThat(text.out())
        .contains(
            "found      REVOKE", "LICENSE @", "sha256:" + Sha256.of(RESTRICTED).substring(0, 12))
        .contains(
            "from https://huggingface.co/org/tiny/resolve/%s/LICENSE of revision %s"
                .formatted(FIRST, FIRST))
        .contains("2026-01-02T03:04:05Z", "not asked again")
        .contains("Where its bytes came from");
    JsonNode node = json("audit", "org/tiny", "--format", "json");
    assertThat(node.at("/copy/recorded").asString("")).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(node.at("/lineage/0/origins").size()).isEqualTo(3);
    assertThat(node.at("/lineage/0/origins").toString())
        .contains("\"digest\":\"sha256:" + DemoFiles.carried().digest())
        .contains("\"revision\":\"" + FIRST);
    Result page = run("audit", "org/tiny", "--format", "html");
    assertThat(page.out()).contains("<br>from https://huggingface.co/org/tiny/resolve/");
  }

  @Test
  void twoKeptVersionsAreCompared() throws IOException {
    keep("org/tiny", FIRST, FREE, "---\nlicense: mit\n---\n# Tiny\n");
    String digest = json("vault", "show", "org/tiny", "--json").path("digest").asString("");
    keep("org/tiny", SECOND, RESTRICTED, "---\nlicense: other\n---\n# Tiny\n");
    JsonNode node =
        json("audit", "org/tiny:latest", "--since", "org/tiny@" + digest, "--format", "json");
    assertThat(node.at("/earlier/name").asString("")).contains(digest.substring(7, 19));
    assertThat(node.at("/earlier/recorded").asString("")).isEqualTo("2026-01-02T03:04:05Z");
    String changes = node.path("changes").toString();
    assertThat(node.path("changes"))
        .extracting(c -> c.path("kind").asString(""))
        .contains("licence", "card", "claim", "source")
        .doesNotContain("weights");
    assertThat(changes).contains("revision " + FIRST, "revision " + SECOND);
    Result text = run("audit", "org/tiny", "--since", "org/tiny@" + digest);
    assertThat(text.out())
        .contains("Changes since org/tiny:latest@" + digest.substring(7, 19))
        .contains(", of 2026-01-02T03:04:05Z");
    Result same = run("audit", "org/tiny", "--since", "org/tiny");
    assertThat(same.out()).containsPattern("Changes since org/tiny, .*\\R.*\\R  none");
  }

  @Test
  void aBaseIsFoundInTheVault() throws IOException {
    keep("org/tuned", FIRST, FREE, "---\nlicense: mit\nbase_model: org/base\n---\n# Tuned\n");
    assertThat(json("audit", "org/tuned", "--format", "json").at("/absent/0").asString(""))
        .isEqualTo("org/base");
    keep("org/base", SECOND, RESTRICTED, "---\nlicense: other\n---\n# Base\n");
    JsonNode node = json("audit", "org/tuned", "--format", "json");
    assertThat(node.path("absent")).isEmpty();
    assertThat(node.at("/rules/COMM/reason").asString("")).contains("by way of org/base");
    assertThat(node.at("/lineage/1/origins/0/revision").asString("")).isEqualTo(SECOND);
  }

  @Test
  void gradeAndRisksAreShownWithoutReadingWeights() throws IOException {
    keep("org/tiny", FIRST, RESTRICTED, "---\nlicense: other\n---\n# Tiny\n");
    Result shown = run("vault", "show", "org/tiny");
    assertThat(shown.exit()).as(shown.err()).isEqualTo(Exit.OK);
    assertThat(shown.out()).contains("grade: no class; ").containsPattern("risks: .*breach");
    JsonNode node = json("vault", "show", "org/tiny", "--json");
    assertThat(node.path("grade").asString("")).isEqualTo("no class");
    assertThat(node.path("ownershipRisks").toString()).contains("breach");
  }

  @Test
  void aDamagedLicenceGivesNoAnswers() throws IOException {
    keep("org/tiny", FIRST, RESTRICTED, "---\nlicense: other\n---\n# Tiny\n");
    Path blob = blob(RESTRICTED);
    byte[] bytes = Files.readAllBytes(blob);
    bytes[9] ^= 1;
    Files.delete(blob);
    Files.write(blob, bytes);
    Result text = run("audit", "org/tiny");
    assertThat(text.exit()).as(text.err()).isEqualTo(Exit.OK);
    assertThat(text.out()).contains("unread", "LICENSE").doesNotContain("found      REVOKE");
    assertThat(run("vault", "show", "org/tiny").out()).contains("nobody can tell");
    Files.delete(blob);
    assertThat(run("audit", "org/tiny").out()).contains("missing or cut");
  }

  @Test
  void theKeptDemoIsAuditedAsTheDemo() {
    Result kept = run("vault", "add", "demo", "--no-golden", "--parity", "0");
    assertThat(kept.exit()).as(kept.err()).isEqualTo(Exit.OK);
    assertThat(run("vault", "list", "--json").out()).contains("\"files\":8");
    JsonNode demo = json("audit", "demo", "--format", "json");
    JsonNode node = json("audit", "demo:latest", "--format", "json");
    for (String part :
        List.of(
            "model_openness_framework",
            "open_source_ai_definition",
            "ownership_risks",
            "card",
            "findings",
            "answers",
            "rules")) {
      assertThat(node.path(part)).as(part).isEqualTo(demo.path(part));
    }
    assertThat(node.at("/open_source_ai_definition/met").asBoolean()).isTrue();
    assertThat(node.at("/lineage/0/origins").toString()).contains("carried by this Freehold");
    Result again = run("vault", "add", "demo", "--no-golden", "--parity", "0");
    assertThat(again.err()).contains("was kept already");
  }

  @Test
  void aRecordOfOthersCountsWithTheirSignatureAndTheirName() throws IOException {
    Path elsewhere = Files.createDirectories(home.resolve("elsewhere"));
    DemoRecord there =
        new DemoRecord(
            new Surroundings(
                Map.of(),
                elsewhere,
                java.io.InputStream.nullInputStream(),
                System.out,
                System.err,
                java.time.Clock.systemUTC()),
            DemoFiles.carried());
    there.weights(10_000);
    String file = there.file().toString();
    String key = home.resolve("signing.pem").toString();
    assertThat(run("sign", file, "--new-key", key).exit()).isEqualTo(Exit.OK);
    String signer = home.resolve("signing.pub").toString();
    JsonNode node = json("audit", "demo", "--record", file, "--signer", signer, "--format", "json");
    assertThat(node.at("/model_openness_framework/class").asInt()).isEqualTo(1);
    assertThat(node.path("answers").toString()).contains("not repeated on this machine");
    assertThat(node.at("/model_openness_framework/components").toString())
        .contains("computed again by the holder of key ", "not stored themselves");
    Result without = run("audit", "demo", "--record", file);
    assertThat(without.exit()).isEqualTo(Exit.USAGE);
    keep("org/tiny", FIRST, FREE, "---\nlicense: mit\n---\n# Tiny\n");
    Result another = run("audit", "org/tiny", "--record", file, "--signer", signer);
    assertThat(another.exit()).isEqualTo(Exit.FAILURE);
    assertThat(another.err()).contains("is about another recipe");
    String other = home.resolve("other.pem").toString();
    assertThat(run("sign", "--new-key", other).exit()).isEqualTo(Exit.OK);
    Result stranger =
        run("audit", "demo", "--record", file, "--signer", home.resolve("other.pub").toString());
    assertThat(stranger.exit()).isEqualTo(Exit.FAILURE);
    assertThat(stranger.err()).contains("by another key");
    Files.writeString(there.file(), Files.readString(there.file()).replace("10000", "10001"));
    Result changed = run("audit", "demo", "--record", file, "--signer", signer);
    assertThat(changed.exit()).isEqualTo(Exit.FAILURE);
    assertThat(changed.err()).contains("is not what was signed");
    assertThat(
            json("audit", "demo", "--format", "json").at("/model_openness_framework/class").asInt())
        .as("without the record")
        .isEqualTo(2);
  }

  @Test
  void theRecordThatIsPublishedGradesSeedling() {
    Path evidence = Path.of(System.getProperty("freehold.root")).resolve("docs/evidence");
    String record = evidence.resolve("seedling-verification.json").toString();
    String signer = evidence.resolve("seedling-verification.pub").toString();
    JsonNode node =
        json("audit", "demo", "--record", record, "--signer", signer, "--format", "json");
    assertThat(node.at("/model_openness_framework/class").asInt()).isEqualTo(1);
    assertThat(node.path("answers").toString()).contains("10000 of 10000 steps computed again");
  }

  @Test
  void aServerTellsHowOpenAKeptModelIs() throws Exception {
    keep("org/tiny", FIRST, RESTRICTED, "---\nlicense: other\n---\n# Tiny\n");
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
            home,
            java.io.InputStream.nullInputStream(),
            System.out,
            System.err,
            java.time.Clock.systemUTC());
    ServedOpenness openness =
        new ServedOpenness(
            surroundings,
            new MachineModels(
                surroundings,
                new ArithmeticOptions(),
                List.of(),
                DemoModel.found(surroundings),
                java.util.Optional.empty()));
    for (int i = 0; i < 2400 && openness.openness("org/tiny").isEmpty(); i++) {
      Thread.sleep(50);
    }
    assertThat(openness.openness("org/tiny"))
        .hasValueSatisfying(told -> {
          assertThat(told.grade()).isEqualTo("no class");
          assertThat(told.risks()).anyMatch(risk -> risk.contains("breach"));
        });
  }
}
