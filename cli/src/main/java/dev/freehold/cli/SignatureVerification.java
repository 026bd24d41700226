package dev.freehold.cli;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.sign.KeptSignatures;
import dev.freehold.vault.sign.ModelKeys;
import dev.freehold.vault.sign.ModelSignature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `freehold verify MODEL --signature FILE --key FILE`: compares a model with what was signed.
///
/// @param signature empty for those that the vault keeps of a model
/// @param ignore paths to leave out beside those that the signature leaves out
/// @param allowUnsigned whether files may be there that were not signed
record SignatureVerification(
    Surroundings surroundings,
    Path signature,
    Path key,
    List<String> ignore,
    boolean allowUnsigned) {
  private static final int MAX_SHOWN = 10;

  /// The signatures that the vault keeps of a model: one of them must be by the key and hold.
  Integer verify(KeptModel kept, boolean json) {
    ECPublicKey signer = ModelKeys.publicKey(key);
    List<byte[]> bundles = bundles(kept);
    List<String> refused = new ArrayList<>();
    for (byte[] bundle : bundles) {
      ModelSignature.Verified verified;
      try {
        verified = KeptSignatures.verify(kept.manifest(), bundle, signer);
      } catch (VaultException notBy) {
        refused.add(String.valueOf(notBy.getMessage()));
        continue;
      }
      report(verified, signer, json);
      return Exit.OK.code();
    }
    throw new CliException(
        Exit.FAILURE,
        bundles.isEmpty()
            ? kept.entry().label() + " has no signature"
            : "none of the signatures holds: " + String.join("; ", refused),
        "The key by which it should be signed is " + ModelKeys.hint(signer));
  }

  private List<byte[]> bundles(KeptModel kept) {
    return signature.toString().isEmpty()
        ? KeptSignatures.of(kept.vault(), kept.entry().manifest())
        : List.of(ModelSignature.read(signature));
  }

  Integer verify(String named, boolean json) throws InterruptedException {
    if (key.toString().isEmpty()) {
      throw new CliException(
          Exit.USAGE,
          "a signature says nothing without the public key of whom you trust",
          "Add --key FILE, a public key as openssl pkey -pubout writes it.");
    }
    Path path = Path.of(named);
    Optional<KeptModel> kept = KeptModel.find(surroundings, path);
    if (kept.isPresent()) {
      return verify(kept.get(), json);
    }
    Path model = Files.exists(path) ? path : Models.find(surroundings, named).path();
    ECPublicKey signer = ModelKeys.publicKey(key);
    ModelSignature signatures =
        new ModelSignature(Runtime.getRuntime().availableProcessors(), bytes -> {});
    ModelSignature.Verified verified =
        signatures.verify(
            new ModelSignature.Request(model, Optional.of(signature), ignore, allowUnsigned),
            ModelSignature.read(signature),
            signer);
    report(verified, signer, json);
    return Exit.OK.code();
  }

  private void report(ModelSignature.Verified verified, ECPublicKey signer, boolean json) {
    if (json) {
      print(verified, signer);
    }
    requireSame(verified.differences());
    if (!json) {
      surroundings
          .out()
          .printf(
              "verified    %d %s, signed by %s%n",
              verified.manifest().resources().size(),
              verified.manifest().serialization().shardBytes() == 0 ? "files" : "shards",
              ModelKeys.hint(signer));
    }
  }

  private static void requireSame(ModelSignature.Differences differences) {
    if (differences.isEmpty()) {
      return;
    }
    List<String> told = new ArrayList<>();
    tell("changed", differences.changed(), told);
    tell("missing", differences.missing(), told);
    tell("not signed", differences.unsigned(), told);
    throw new CliException(
        Exit.FAILURE,
        "this is not what was signed: " + String.join("; ", told),
        differences.changed().isEmpty() && differences.missing().isEmpty()
            ? "Remove the files, or leave them out with --ignore PATH or --ignore-unsigned."
            : "Get the model again from where it was signed.");
  }

  private static void tell(String what, List<String> names, List<String> told) {
    if (!names.isEmpty()) {
      String first = String.join(", ", names.subList(0, Math.min(MAX_SHOWN, names.size())));
      int more = names.size() - MAX_SHOWN;
      told.add(what + ": " + first + (more > 0 ? " and %d more".formatted(more) : ""));
    }
  }

  private void print(ModelSignature.Verified verified, ECPublicKey signer) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("verified", verified.differences().isEmpty());
        printer.field("model", verified.manifest().name());
        printer.field("root", verified.manifest().root().toString());
        printer.field("key", ModelKeys.hint(signer));
        printer.field("resources", verified.manifest().resources().size());
        printer.array("changed", verified.differences().changed(), printer::value);
        printer.array("missing", verified.differences().missing(), printer::value);
        printer.array("unsigned", verified.differences().unsigned(), printer::value);
      });
    }
  }
}
