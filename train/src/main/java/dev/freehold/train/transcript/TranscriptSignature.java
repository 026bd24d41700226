package dev.freehold.train.transcript;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.train.TrainException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Somebody's Ed25519 signature under a run, in `transcript.sig` beside its transcript: a JSON
/// object with `format`, `algorithm`, `recipe`, `steps`, `root` and `signature` (Base64).
///
/// Signed are the bytes of `freehold transcript 1`, `recipe R`, `steps N` and `root X`, each ended
/// by a line feed. Source: RFC 8032.
public final class TranscriptSignature {
  /// The file's name beside a transcript.
  public static final String FILE = "transcript.sig";

  private static final int FORMAT = 1;
  private static final String ALGORITHM = "Ed25519";

  private TranscriptSignature() {}

  /// Signs a transcript as it is.
  ///
  /// @return the file that was written
  public static Path sign(RecordedTranscript transcript, PrivateKey key) {
    Path file = transcript.file().resolveSibling(FILE);
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(message(transcript));
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("format", FORMAT);
      fields.put("algorithm", ALGORITHM);
      fields.put("recipe", transcript.recipe());
      fields.put("steps", transcript.steps());
      fields.put("root", transcript.root());
      fields.put("signature", Base64.getEncoder().encodeToString(signature.sign()));
      Files.writeString(file, JsonMapper.shared().writeValueAsString(fields) + "\n");
      return file;
    } catch (GeneralSecurityException e) {
      throw new TrainException("the transcript cannot be signed: " + e, e);
    } catch (IOException e) {
      throw new TrainException("%s: cannot be written: %s".formatted(file, e), e);
    }
  }

  /// Whether there is a signature beside a transcript.
  public static boolean isBeside(RecordedTranscript transcript) {
    return Files.exists(transcript.file().resolveSibling(FILE));
  }

  /// Checks that whoever has the private key of this public one signed this transcript.
  ///
  /// @throws TrainException that says what is missing or wrong
  public static void check(RecordedTranscript transcript, PublicKey key) {
    Path file = transcript.file().resolveSibling(FILE);
    if (!Files.exists(file)) {
      throw new TrainException(file + ": no such file; the run is not signed");
    }
    JsonNode node;
    try {
      node = StrictJson.parse(file);
    } catch (TensorException e) {
      throw new TrainException("%s: no signature: %s".formatted(file, e.getMessage()), e);
    }
    require(file, node, "format", "" + FORMAT);
    require(file, node, "algorithm", ALGORITHM);
    require(file, node, "recipe", transcript.recipe());
    require(file, node, "steps", "" + transcript.steps());
    require(file, node, "root", transcript.root());
    if (!isValid(file, node.path("signature").asString(""), transcript, key)) {
      throw new TrainException(
          file + ": signature: not made with the private key of the given public key");
    }
  }

  private static boolean isValid(
      Path file, String encoded, RecordedTranscript transcript, PublicKey key) {
    try {
      byte[] bytes = Base64.getDecoder().decode(encoded);
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(message(transcript));
      return signature.verify(bytes);
    } catch (SignatureException notASignature) {
      return false;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new TrainException("%s: signature: malformed: %s".formatted(file, e), e);
    }
  }

  private static void require(Path file, JsonNode node, String field, String expected) {
    String found = node.path(field).asString("");
    if (!found.equals(expected)) {
      throw new TrainException(
          "%s: %s: the transcript has %s, signed was \"%s\""
              .formatted(file, field, expected, found));
    }
  }

  private static byte[] message(RecordedTranscript transcript) {
    return "freehold transcript %d\nrecipe %s\nsteps %d\nroot %s\n"
        .formatted(FORMAT, transcript.recipe(), transcript.steps(), transcript.root())
        .getBytes(StandardCharsets.UTF_8);
  }
}
