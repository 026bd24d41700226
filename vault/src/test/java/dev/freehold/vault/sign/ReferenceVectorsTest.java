package dev.freehold.vault.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.sign.ModelSignature.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Signatures that the reference implementation made, in every version that it keeps.
class ReferenceVectorsTest {
  @TempDir private Path folder;
  private final ModelSignature signatures = new ModelSignature(2, bytes -> {});

  /// The model that all of them sign, or its first file.
  @BeforeEach
  void writeModel() throws IOException {
    Files.writeString(folder.resolve("signme-1"), "signme-1\n");
    Files.writeString(folder.resolve("signme-2"), "signme-2");
    Files.createFile(folder.resolve("ignore-me"));
  }

  static byte[] resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(ReferenceVectorsTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ECPublicKey key() throws IOException {
    Path file = folder.resolveSibling(folder.getFileName() + ".pub");
    Files.write(file, resource("signing-key-pub.pem"));
    return ModelKeys.publicKey(file);
  }

  private ModelSignature.Verified verify(String name, Path model, List<String> ignore)
      throws Exception {
    Request request = new Request(model, Optional.empty(), ignore, false);
    return signatures.verify(request, resource(name), key());
  }

  @ParameterizedTest
  @CsvSource({"v1.0.1.sig,ignore-me", "v1.1.0.sig,model.sig", "spec/valid-key.json,model.sig"})
  void aFolderVerifies(String name, String ignore) throws Exception {
    assertThat(verify(name, folder, List.of(ignore)).differences().isEmpty()).isTrue();

    Files.writeString(folder.resolve("signme-1"), "signme-1");
    assertThat(verify(name, folder, List.of(ignore)).differences().changed())
        .containsExactly("signme-1");
  }

  @Test
  void whatWasNotSaidToBeIgnoredIsUnsigned() throws Exception {
    assertThat(verify("v1.0.1.sig", folder, List.of()).differences().unsigned())
        .containsExactly("ignore-me");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v0.3.1.sig", "v1.0.0.sig"})
  void aModelOfOneFileVerifies(String name) throws Exception {
    Path file = folder.resolve("signme-1");
    assertThat(verify(name, file, List.of()).differences().isEmpty()).isTrue();

    Files.writeString(file, "signme-2\n");
    assertThat(verify(name, file, List.of()).differences().changed()).containsExactly(".");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spec/valid-certificate.json|certificate",
        "spec/valid-sigstore.json|certificate",
        "spec/invalid-missing-envelope.json|dsseEnvelope",
        "spec/invalid-missing-tlog-entries.json|certificate",
        "spec/invalid-missing-verification-material.json|verificationMaterial",
        "spec/invalid-payload-wrong-predicate.json|does not hold"
      })
  void otherVectorsAreRefusedWithTheReason(String name, String reason) {
    assertThatThrownBy(() -> verify(name, folder, List.of()))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({"p256,p256", "p384,p384", "p521,p521", "shards-p256,p256"})
  void whatTheReferenceSignsInItsOwnOrderVerifies(String name, String key) throws Exception {
    Path model = folder.resolve("ordered");
    Files.createDirectories(model.resolve("a"));
    Files.createDirectories(model.resolve("sub"));
    Files.writeString(model.resolve("a.txt"), "hello");
    Files.writeString(model.resolve("a/b"), "x");
    Files.writeString(model.resolve("sub/w"), "0123456789".repeat(500));
    Path open = Files.write(folder.resolve("key"), resource("reference-" + key + ".pub"));
    Request request = new Request(model, Optional.empty(), List.of(), false);
    byte[] bundle = resource("reference-" + name + ".sig");
    ECPublicKey signer = ModelKeys.publicKey(open);
    assertThat(signatures.verify(request, bundle, signer).differences().isEmpty()).isTrue();
    Files.writeString(model.resolve("a/b"), "y");
    assertThat(signatures.verify(request, bundle, signer).differences().changed()).hasSize(1);
  }

  @Test
  void anEmptyFileIsNoSignature() {
    assertThatThrownBy(() -> ModelSignature.opened(new byte[0], key()))
        .isInstanceOf(VaultException.class);
  }
}
