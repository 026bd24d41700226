package dev.freehold.vault.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.sign.ModelSignature.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSignatureTest {
  @TempDir private Path top;
  private Path folder = Path.of("");
  private final ModelSignature signatures = new ModelSignature(3, bytes -> {});

  @BeforeEach
  void writeModel() throws IOException {
    folder = Files.createDirectories(top.resolve("model"));
    Files.createDirectories(folder.resolve("a"));
    Files.writeString(folder.resolve("a/b"), "one");
    Files.writeString(folder.resolve("a.txt"), "two");
    Files.writeString(folder.resolve("weights"), "0123456789".repeat(1000));
    Files.createDirectories(folder.resolve(".git/objects"));
    Files.writeString(folder.resolve(".git/objects/x"), "not of the model");
  }

  private byte[] sign(Serialization serialization, KeyPair keys) throws Exception {
    ModelManifest manifest = signatures.manifest(folder, serialization, Optional.empty());
    return ModelSignature.sign(manifest, (ECPrivateKey) keys.getPrivate());
  }

  private ModelSignature.Differences verify(byte[] bundle, KeyPair keys) throws Exception {
    Request request = new Request(folder, Optional.empty(), List.of(), false);
    return signatures.verify(request, bundle, (ECPublicKey) keys.getPublic()).differences();
  }

  @ParameterizedTest
  @EnumSource
  void whatWasSignedVerifies(Curve curve) throws Exception {
    KeyPair keys = ModelKeys.generate(curve);
    for (long shard : new long[] {0, 1, 4096, 10_000, 10_001}) {
      byte[] bundle = sign(new Serialization(shard, false, List.of()), keys);
      assertThat(verify(bundle, keys).isEmpty()).as("%s, shards of %d", curve, shard).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePublicHalfComesFromThePrivateOne(Curve curve) {
    for (int i = 0; i < 5; i++) {
      KeyPair keys = ModelKeys.generate(curve);
      assertThat(ModelKeys.publicOf((ECPrivateKey) keys.getPrivate())).isEqualTo(keys.getPublic());
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysAreReadAsTheyWereWritten(Curve curve) throws Exception {
    KeyPair keys = ModelKeys.generate(curve);
    Path own = top.resolve("own.pem");
    Path open = top.resolve("open.pem");
    Files.writeString(own, ModelKeys.pem((ECPrivateKey) keys.getPrivate()));
    Files.writeString(open, ModelKeys.pem((ECPublicKey) keys.getPublic()));
    assertThat(ModelKeys.privateKey(own)).isEqualTo(keys.getPrivate());
    assertThat(ModelKeys.publicKey(open)).isEqualTo(keys.getPublic());
    assertThatThrownBy(() -> ModelKeys.publicKey(own))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("private key");
  }

  @Test
  void anotherKindOfKeyIsRefused() throws Exception {
    Path file = top.resolve("ed.pem");
    String base64 =
        java.util.Base64.getEncoder()
            .encodeToString(
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded());
    Files.writeString(
        file, "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    assertThatThrownBy(() -> ModelKeys.publicKey(file))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("P-256");
  }

  @Test
  void namesAreSortedByCodePoints() {
    List<String> sorted = List.of("a.txt", "a/b", "b", "b\uFFFD", "b\uD83D\uDE00");
    assertThat(sorted.reversed().stream().sorted(ModelManifest.byCodePoints()).toList())
        .isEqualTo(sorted);
    assertThat(List.of("a.txt", "a/b").stream().sorted(new ByParts(false)).toList())
        .containsExactly("a/b", "a.txt");
  }

  @Test
  void thePayloadIsSignedWithItsTypeAndLength() {
    assertThat(
            new String(
                Bundle.preAuthentication("{}".getBytes(StandardCharsets.US_ASCII)),
                StandardCharsets.US_ASCII))
        .isEqualTo("DSSEv1 28 application/vnd.in-toto+json 2 {}");
  }

  @Test
  void gitAndIgnoredPathsAreLeftOutAtTheTopOnly() throws Exception {
    Files.createDirectories(folder.resolve("sub/.git"));
    Files.writeString(folder.resolve("sub/.git/x"), "of the model");
    ModelManifest manifest =
        signatures.manifest(folder, Serialization.files(List.of("a")), Optional.empty());
    assertThat(manifest.resources().stream().map(Resource::name))
        .containsExactly("a.txt", "sub/.git/x", "weights");
  }

  @Test
  void aFileIsSignedAsTheReferenceCallsIt() throws Exception {
    KeyPair keys = ModelKeys.generate(Curve.P256);
    Path file = folder.resolve("weights");
    ModelManifest manifest =
        signatures.manifest(file, Serialization.files(List.of()), Optional.empty());
    assertThat(manifest.resources()).singleElement().extracting(Resource::name).isEqualTo(".");
    ModelManifest renamed =
        new ModelManifest(
            "weights",
            manifest.serialization(),
            List.of(new Resource("weights", manifest.resources().getFirst().digest())));
    for (ModelManifest each : List.of(manifest, renamed)) {
      byte[] bundle = ModelSignature.sign(each, (ECPrivateKey) keys.getPrivate());
      Request request = new Request(file, Optional.empty(), List.of(), false);
      assertThat(signatures.verify(request, bundle, (ECPublicKey) keys.getPublic()).differences())
          .returns(true, ModelSignature.Differences::isEmpty);
    }
  }

  @Test
  void linksToFilesCanBeAllowed() throws Exception {
    KeyPair keys = ModelKeys.generate(Curve.P256);
    Files.writeString(top.resolve("outside"), "linked");
    Files.createSymbolicLink(folder.resolve("link"), top.resolve("outside"));
    byte[] bundle = sign(new Serialization(0, true, List.of()), keys);
    assertThat(verify(bundle, keys).isEmpty()).isTrue();
    Files.writeString(top.resolve("outside"), "changed");
    assertThat(verify(bundle, keys).changed()).containsExactly("link");
  }

  @Test
  void unsignedFilesCanBeAllowed() throws Exception {
    KeyPair keys = ModelKeys.generate(Curve.P256);
    byte[] bundle = sign(Serialization.files(List.of()), keys);
    Files.writeString(folder.resolve("extra"), "unsigned");
    Files.createSymbolicLink(folder.resolve("link"), top);
    Request request = new Request(folder, Optional.empty(), List.of(), true);
    assertThat(signatures.verify(request, bundle, (ECPublicKey) keys.getPublic()).differences())
        .returns(true, ModelSignature.Differences::isEmpty);
    Files.delete(folder.resolve("a.txt"));
    assertThat(
            signatures
                .verify(request, bundle, (ECPublicKey) keys.getPublic())
                .differences()
                .missing())
        .containsExactly("a.txt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/x", ".", "a/../b", "a//b", ""})
  void pathsToIgnoreAreRelative(String path) {
    assertThatThrownBy(() -> Serialization.files(List.of(path))).isInstanceOf(VaultException.class);
  }
}
