package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.ModelParity;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// From one vault by way of a registry to another, from the command line, with a signature.
@Timeout(300)
class RegistryCommandTest {
  @TempDir private Path home = Path.of("unset");
  private SmallRegistry registry;

  @BeforeEach
  void begin() throws IOException {
    registry = new SmallRegistry();
    Files.createDirectories(home.resolve(".docker"));
    Files.writeString(
        home.resolve(".docker/config.json"),
        "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
            .formatted(registry.host(), SmallRegistry.LOGIN));
  }

  @AfterEach
  void end() throws IOException {
    registry.close();
  }

  private Result run(String vault, String... arguments) {
    return new Session(home).with("FREEHOLD_VAULT", home.resolve(vault).toString()).run(arguments);
  }

  private static void requireDone(Result result) {
    assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(Exit.OK);
  }

  @Test
  void aSignedModelGoesThroughARegistryAndStillVerifies() {
    String key = home.resolve("own.pem").toString();
    String open = home.resolve("own.pub").toString();
    requireDone(run("a", "vault", "add", "demo", "--name", "team/tiny:v1", "--no-golden"));
    requireDone(run("a", "sign", "--new-key", key));
    requireDone(run("a", "sign", "team/tiny:v1", "--key", key));
    requireDone(run("a", "verify", "team/tiny:v1", "--key", open));
    requireParityOfAll("a");

    String reference = "oci://" + registry.host() + "/team/tiny:v1";
    Result pushed = run("a", "vault", "push", "team/tiny:v1", reference);
    requireDone(pushed);
    assertThat(pushed.out()).contains("@sha256:");
    assertThat(pushed.err()).containsPattern("[1-9] attachments");

    Result pulled = run("b", "pull", reference);
    requireDone(pulled);
    assertThat(pulled.out().strip()).isEqualTo("team/tiny:v1");
    assertThat(pulled.err()).contains("parity: ");
    requireParityOfAll("b");
    Result verified = run("b", "verify", "team/tiny:v1", "--key", open);
    requireDone(verified);
    assertThat(verified.out()).contains("signed by");
    assertThat(run("b", "vault", "show", "team/tiny:v1").out())
        .contains("names the key")
        .containsOnlyOnce("parity of 3 %");
    Result answered = run("b", "run", "team/tiny:v1", "What is 2 + 2?", "--max-tokens", "4");
    requireDone(answered);
  }

  /// The model and the signature that came after it have parity.
  private void requireParityOfAll(String name) {
    Vault vault = Vault.open(LocalDisk.ofProcess(), home.resolve(name));
    ModelParity parity = new ModelParity(vault);
    assertThat(vault.entries())
        .filteredOn(entry -> !ModelParity.isParity(entry.manifest()))
        .hasSizeGreaterThan(1)
        .allMatch(entry -> parity.share(entry.digest()).equals(Optional.of(Redundancy.DEFAULT)));
  }

  @Test
  void aVaultIsMirroredToARegistryAndRepairedFromIt() throws Exception {
    requireDone(run("a", "vault", "add", "demo", "--name", "team/tiny:v1", "--no-golden"));
    String repository = "oci://" + registry.host() + "/backup/all";
    Result mirrored = run("a", "vault", "mirror", repository);
    requireDone(mirrored);
    assertThat(mirrored.out()).contains("1 models are in oci://");
    Result read = run("a", "vault", "mirror", repository, "--read-data");
    requireDone(read);
    assertThat(read.out()).contains("0 blobs, ", "and were read; 0 blobs of them mended");
    requireDone(run("b", "pull", repository + ":team__tiny__v1", "--name", "team/tiny:v1"));

    Path blobs = home.resolve("a/blobs/sha256");
    Path largest;
    try (Stream<Path> all = Files.list(blobs)) {
      largest = all.max(Comparator.comparingLong(file -> file.toFile().length())).orElseThrow();
    }
    Files.delete(largest);
    assertThat(run("a", "verify", "team/tiny:v1").exit()).isNotEqualTo(Exit.OK);
    requireDone(run("a", "vault", "repair", "team/tiny:v1", "--from", repository));
    requireDone(run("a", "verify", "team/tiny:v1", "--read-data"));
  }

  @Test
  void aNameThatComesToMeanSomethingElseIsTold() throws Exception {
    Path licence = Files.writeString(home.resolve("LICENSE"), "yours to keep");
    String[] add = {
      "vault", "add", "demo", "--name", "team/tiny:v1", "--no-golden", "--with", licence.toString()
    };
    requireDone(run("a", add));
    Files.writeString(licence, "ours to take back");
    Result again = run("a", add);
    requireDone(again);
    assertThat(again.err())
        .contains("meant something else before", "the licence LICENSE changed")
        .doesNotContain("the weights");
  }

  @Test
  void anotherKeyDoesNotVerifyWhatIsKept() {
    String key = home.resolve("own.pem").toString();
    requireDone(run("a", "vault", "add", "demo", "--name", "team/tiny:v1", "--no-golden"));
    requireDone(run("a", "sign", "team/tiny:v1", "--new-key", key));
    requireDone(run("a", "sign", "--new-key", home.resolve("other.pem").toString()));
    Result refused =
        run("a", "verify", "team/tiny:v1", "--key", home.resolve("other.pub").toString());
    assertThat(refused.exit()).isEqualTo(Exit.FAILURE);
    assertThat(refused.err()).contains("by another key");
  }

  @Test
  void whoIsNotLoggedInIsToldAndNoPasswordIsShown() throws Exception {
    Files.delete(home.resolve(".docker/config.json"));
    Result refused = run("b", "pull", "oci://" + registry.host() + "/team/tiny");
    assertThat(refused.exit()).isEqualTo(Exit.FAILURE);
    assertThat(refused.err()).contains("log in first").doesNotContain(SmallRegistry.LOGIN);
  }

  @Test
  void registriesAreNotAskedWhereTheNetworkMayNotBeUsed() {
    Result refused =
        new Session(home)
            .with("FREEHOLD_VAULT", home.resolve("b").toString())
            .with("HF_HUB_OFFLINE", "1")
            .run("pull", "oci://" + registry.host() + "/team/tiny");
    assertThat(refused.exit()).isEqualTo(Exit.FAILURE);
    assertThat(refused.err()).contains("network may not be used");
  }
}
