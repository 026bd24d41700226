package dev.freehold.train.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.train.TrainException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A signature says who vouches for a run, and any change of run, key or signature is found.
class TranscriptSignatureTest {
  /// The key pair of RFC 8410, section 10.
  private static final String RFC_PRIVATE =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
      -----END PRIVATE KEY-----
      """;

  private static final String RFC_PUBLIC =
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
      -----END PUBLIC KEY-----
      """;

  @TempDir private Path folder = Path.of("");
  private Path secret = Path.of("");
  private Path open = Path.of("");

  @BeforeEach
  void keys() throws IOException {
    secret = Files.writeString(folder.resolve("key.pem"), RFC_PRIVATE);
    open = Files.writeString(folder.resolve("key.pub"), RFC_PUBLIC);
  }

  private RecordedTranscript transcript(int steps) {
    Path file = folder.resolve("transcript.jsonl");
    Transcript transcript = Transcript.open(file, Map.of("recipe", "1".repeat(64)));
    for (long step = 1; step <= steps; step++) {
      transcript.add(new StepRecord(step, "2".repeat(64), 1f, 2f, 3f, Optional.empty()));
    }
    return RecordedTranscript.read(file);
  }

  private static String pem(Key key, String label) {
    String base = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, base, label);
  }

  @Test
  void aSignatureIsThatOfItsRunAndKey() throws IOException, NoSuchAlgorithmException {
    RecordedTranscript run = transcript(3);
    PublicKey signer = SigningKeys.publicKey(open);
    assertThat(TranscriptSignature.isBeside(run)).isFalse();
    refused(run, signer, "transcript.sig", "not signed");

    Path file = TranscriptSignature.sign(run, SigningKeys.privateKey(secret));
    TranscriptSignature.check(run, signer);
    KeyPair stranger = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path theirs = Files.writeString(folder.resolve("o"), pem(stranger.getPublic(), "PUBLIC KEY"));
    refused(run, SigningKeys.publicKey(theirs), "not made with the private key");

    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"steps\":3", "\"steps\":4"));
    refused(run, signer, "steps: the transcript has 3, signed was \"4\"");
    Files.writeString(file, text.replaceFirst("signature\":\"..", "signature\":\"AA"));
    refused(run, signer, "not made with the private key");
    Files.writeString(file, text.replaceFirst("signature\":\"..", "signature\":\"?!"));
    refused(run, signer, "malformed");
    Files.writeString(file, "{");
    refused(run, signer, "no signature");
    Files.writeString(file, text);
    refused(transcript(4), signer, "steps");
  }

  private static void refused(RecordedTranscript run, PublicKey signer, String... parts) {
    assertThatThrownBy(() -> TranscriptSignature.check(run, signer))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void otherKeysAreRefused() throws IOException, NoSuchAlgorithmException {
    KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    Path file = folder.resolve("rsa");
    Files.writeString(file, pem(rsa.getPrivate(), "PRIVATE KEY"));
    assertThatThrownBy(() -> SigningKeys.privateKey(file))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("no Ed25519 key");
    assertThatThrownBy(() -> SigningKeys.privateKey(open))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll("key.pub", "BEGIN PRIVATE KEY");
    assertThatThrownBy(() -> SigningKeys.publicKey(folder.resolve("none")))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("no such file");
    Files.writeString(file, RFC_PUBLIC.replace("MC", "??"));
    assertThatThrownBy(() -> SigningKeys.publicKey(file)).isInstanceOf(TrainException.class);
  }
}
