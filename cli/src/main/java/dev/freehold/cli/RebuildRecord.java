package dev.freehold.cli;

import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Evidence;
import dev.freehold.audit.subject.Shown;
import dev.freehold.audit.subject.StoredFile;
import dev.freehold.audit.subject.Subject;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.sign.ModelKeys;
import dev.freehold.vault.sign.ModelSignature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What `verify demo` wrote down when it ran a recipe again: here, or on a machine of somebody who
/// signed it.
///
/// @param model SHA-256 of the model's file
/// @param recipe SHA-256 of the recipe's file
/// @param equal what came out with the same bytes
/// @param detail what was compared, in a sentence
/// @param document the record as it is stored
record RebuildRecord(
    String model, String recipe, Set<Evidence.Part> equal, String detail, Document document) {
  private static final int MOST_BYTES = 1 << 14;
  private static final StrictJson.Limits LIMITS =
      StrictJson.Limits.DEFAULT.withMaxBytes(MOST_BYTES);

  /// @param name what reports call the record
  /// @throws CliException where it is no such record
  static RebuildRecord read(Path file, String name) {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(in.readNBytes(MOST_BYTES + 1), name);
    } catch (IOException | TensorException unreadable) {
      throw new CliException("%s: cannot be read: %s".formatted(file, unreadable), unreadable);
    }
  }

  private static RebuildRecord parse(byte[] bytes, String name) {
    JsonNode node = StrictJson.parse(bytes, name, LIMITS);
    long computed = node.path("steps_computed").asLong(0);
    long steps = node.path("steps").asLong(0);
    String equal = node.path("equal").asString("");
    boolean whole = equal.equals("weights");
    if (!whole && !equal.equals("data") || computed > steps || whole && computed != steps) {
      throw new CliException(name + ": not what \"freehold verify demo\" writes down");
    }
    String detail =
        "%s at %s: data of all steps equal, %d of %d steps computed again%s"
            .formatted(
                Shown.text(node.path("program").asString(""), 60),
                Shown.text(node.path("at").asString(""), 40),
                computed,
                steps,
                whole ? ", and the model's file is equal" : "");
    return new RebuildRecord(
        digest(node, "model"),
        digest(node, "recipe"),
        whole ? EnumSet.allOf(Evidence.Part.class) : EnumSet.of(Evidence.Part.DATA),
        detail,
        new Document(name, bytes));
  }

  private static String digest(JsonNode node, String field) {
    return node.path(field).asString("").replaceFirst("^sha256:", "");
  }

  /// What this machine found.
  Evidence.Rebuilt own() {
    return new Evidence.Rebuilt(equal, false, detail, document.whole());
  }

  /// A model with what somebody else found when running its recipe, where that is signed with a
  /// key, and says more than what was found here.
  ///
  /// @param file the record; its signature lies beside it, with the ending `.sig`
  /// @throws CliException where it is of another model or recipe
  static Subject signed(Subject subject, Path file, Path key) throws InterruptedException {
    RebuildRecord record = read(file, String.valueOf(file.getFileName()));
    ECPublicKey signer = ModelKeys.publicKey(key);
    requireSigned(file, record, signer);
    boolean isOfModel =
        subject.files().stream()
            .filter(f -> f.kind() == StoredFile.Kind.WEIGHTS)
            .anyMatch(f -> f.sha256().filter(record.model()::equals).isPresent());
    boolean isOfRecipe =
        subject.documents().stream().anyMatch(d -> d.sha256().equals(record.recipe()));
    if (!isOfModel || !isOfRecipe) {
      throw new CliException(
          Exit.FAILURE,
          "%s is about another %s: sha256:%s"
              .formatted(
                  file,
                  isOfModel ? "recipe" : "model",
                  Shown.text(isOfModel ? record.recipe() : record.model(), 64)),
          "A record counts for the very bytes that it names.");
    }
    Evidence known = subject.evidence();
    if (known.rebuilt().map(own -> own.equal().containsAll(record.equal())).orElse(false)) {
      return subject;
    }
    String by = "the holder of key " + ModelKeys.hint(signer);
    Evidence.Rebuilt told =
        new Evidence.Rebuilt(
            record.equal(),
            false,
            "%s; signed by %s, not repeated on this machine".formatted(record.detail(), by),
            record.document().whole(),
            Optional.of(by));
    return subject.with(new Evidence(Optional.of(told), known.weightsProblem(), known.origins()));
  }

  /// That the bytes that were read are those that the key's holder signed.
  private static void requireSigned(Path file, RebuildRecord record, ECPublicKey signer)
      throws InterruptedException {
    Path signature = file.resolveSibling(file.getFileName() + ".sig");
    ModelSignature.Verified verified =
        new ModelSignature(1, bytes -> {})
            .verify(
                new ModelSignature.Request(file, Optional.of(signature), List.of(), false),
                ModelSignature.read(signature),
                signer);
    boolean isSame =
        verified.manifest().resources().stream()
            .anyMatch(resource -> resource.digest().hex().equals(record.document().sha256()));
    if (!verified.differences().isEmpty() || !isSame) {
      throw new CliException(file + " is not what was signed");
    }
  }
}
