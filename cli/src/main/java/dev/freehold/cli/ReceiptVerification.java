package dev.freehold.cli;

import dev.freehold.engine.EngineException;
import dev.freehold.engine.LocalModel;
import dev.freehold.engine.MachineMemory;
import dev.freehold.engine.ReceiptCheck;
import dev.freehold.engine.ReceiptCheck.Difference;
import dev.freehold.engine.receipt.ModelFile;
import dev.freehold.engine.receipt.Receipt;
import dev.freehold.engine.receipt.ReceiptReader;
import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KvDtype;
import dev.freehold.model.Model;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.TensorException;
import dev.freehold.tensor.TensorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// `freehold verify RECEIPT`: finds the model of a receipt, and computes its answer again.
///
/// @param named the model to compute with; where nobody names one, it is found by its digests
/// @param signer whose signature the receipt must bear, where that is asked for
record ReceiptVerification(
    Surroundings surroundings, Path file, Optional<String> named, Optional<PublicKey> signer) {
  /// What came out: the first claim that does not hold, or none.
  private record Outcome(Receipt receipt, String model, Optional<Difference> difference) {}

  Integer verify(boolean json) {
    ReceiptReader.Claimed claimed = ReceiptReader.read(document());
    Receipt receipt = claimed.receipt();
    checkSignature(receipt);
    Outcome outcome = compute(receipt, json);
    Optional<Difference> difference =
        outcome
            .difference()
            .or(() ->
                claimed.isIntact()
                    ? Optional.empty()
                    : Optional.of(new Difference("sha256", claimed.sha256(), receipt.digest())));
    if (json) {
      printJson(outcome, difference);
    }
    if (difference.isPresent()) {
      Difference first = difference.get();
      throw new CliException(
          Exit.FAILURE,
          "%s: claimed is %s, found %s".formatted(first.claim(), first.claimed(), first.found()),
          "This answer was not computed as its receipt claims, or the receipt was changed.");
    }
    if (!json) {
      surroundings.out().println("verified    " + receipt.digest());
    }
    return Exit.OK.code();
  }

  private JsonNode document() {
    try {
      long size = Files.size(file);
      if (size > ReceiptReader.MAX_BYTES) {
        throw new CliException(
            "%s: %d bytes; a receipt has at most %d"
                .formatted(file, size, ReceiptReader.MAX_BYTES));
      }
      JsonNode document = ReceiptReader.parse(Files.readAllBytes(file), file.toString());
      if (!ReceiptReader.isReceipt(document)) {
        throw new CliException(
            Exit.FAILURE,
            "%s: holds no receipt: its format is not \"%s\"".formatted(file, Receipt.FORMAT),
            "Receipts, folders of runs, arithmetic and demo can be verified.");
      }
      return document;
    } catch (IOException e) {
      throw new CliException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void checkSignature(Receipt receipt) {
    if (signer.isEmpty()) {
      return;
    }
    if (receipt.signature().isEmpty()) {
      throw new CliException(file + ": the receipt is not signed");
    }
    if (!ReceiptSignature.isValid(receipt.signature().get(), signer.get(), receipt.digest())) {
      throw new CliException(
          file + ": signature: not made with the private key of the given public key");
    }
  }

  private Outcome compute(Receipt receipt, boolean json) {
    requireArithmetic(receipt.arithmetic());
    if (!receipt.engineVersion().equals(Main.version())) {
      surroundings
          .err()
          .println(
              "note: the receipt is of Freehold %s, this is %s; the arithmetic is the same"
                  .formatted(Failure.printable(receipt.engineVersion()), Main.version()));
    }
    FoundModel found;
    if (named.isPresent()) {
      found = Models.find(surroundings, named.get());
      Optional<Difference> files =
          ReceiptCheck.files(receipt.model().files(), files(found).hash(surroundings));
      if (files.isPresent()) {
        return new Outcome(receipt, found.name(), files);
      }
    } else {
      List<Difference> near = new ArrayList<>();
      Optional<FoundModel> same = search(receipt.model(), near);
      if (same.isEmpty() && !near.isEmpty()) {
        return new Outcome(receipt, receipt.model().name(), Optional.of(near.getFirst()));
      }
      found = same.orElseThrow(() -> absent(receipt.model()));
    }
    if (!json) {
      tell("model", "equal: %s, %d files".formatted(found.name(), receipt.model().files().size()));
      tell("signature", signer.isPresent() ? "made by the holder of the key" : unsigned(receipt));
    }
    Outcome outcome = compute(receipt, found);
    if (!json && outcome.difference().isEmpty()) {
      tell("prompt", "equal: %d tokens".formatted(receipt.question().prompt().size()));
      tell(
          "answer",
          "equal: %d tokens, text, thoughts, calls and ending"
              .formatted(receipt.answer().tokens().size()));
    }
    return outcome;
  }

  private static String unsigned(Receipt receipt) {
    return receipt.signature().isPresent() ? "not checked: --key names whose it should be" : "none";
  }

  private void tell(String what, String how) {
    surroundings.out().printf("%-11s %s%n", what, Failure.printable(how));
  }

  private static void requireArithmetic(Receipt.Arithmetic claimed) {
    if (!claimed.name().equals(Model.ARITHMETIC)) {
      throw new CliException(
          Exit.FAILURE,
          "arithmetic.name: the receipt is of %s, this program computes %s"
              .formatted(claimed.name(), Model.ARITHMETIC),
          "Use the version of Freehold that the receipt names.");
    }
    value(ActivationFormat.values(), claimed.activations(), "arithmetic.activations");
    value(KvDtype.values(), claimed.kv(), "arithmetic.kv");
  }

  /// The value of an enum whose name in small letters this is.
  static <E extends Enum<E>> E value(E[] values, String name, String claim) {
    for (E value : values) {
      if (value.name().toLowerCase(Locale.ROOT).equals(name)) {
        return value;
      }
    }
    throw new CliException("%s: this program has no %s".formatted(claim, name));
  }

  private HashedFiles files(FoundModel model) {
    try (TensorStore store = ModelFiles.open(model.path())) {
      return HashedFiles.of(model, store.files());
    }
  }

  /// A model on this machine with the claimed files: first the one of the claimed name, then any.
  ///
  /// @param near is told of models of the same sizes with other digests
  private Optional<FoundModel> search(Receipt.ModelClaim claim, List<Difference> near) {
    List<FoundModel> candidates = new ArrayList<>();
    try {
      candidates.add(Models.find(surroundings, claim.name()));
    } catch (HubException | CliException notHere) {
      surroundings.err().println("no model here has the receipt's name; looking for its digest");
    }
    candidates.addAll(Models.inventory(surroundings).models());
    List<Long> sizes = claim.files().stream().map(ModelFile::bytes).sorted().toList();
    for (FoundModel candidate : candidates) {
      try {
        HashedFiles files = files(candidate);
        if (files.sizes().equals(sizes)) {
          Optional<Difference> difference =
              ReceiptCheck.files(claim.files(), files.hash(surroundings));
          if (difference.isEmpty()) {
            return Optional.of(candidate);
          }
          near.add(difference.get());
        }
      } catch (TensorException | CliException unreadable) {
        surroundings
            .err()
            .println(
                "note: passed over: " + Failure.printable(String.valueOf(unreadable.getMessage())));
      }
    }
    return Optional.empty();
  }

  private static CliException absent(Receipt.ModelClaim claim) {
    return new CliException(
        Exit.FAILURE,
        "no model on this machine has the file %s with the SHA-256 %s; the receipt calls it %s"
            .formatted(
                claim.files().getFirst().name(), claim.files().getFirst().sha256(), claim.name()),
        "Fetch it with freehold pull, or name it with --model.");
  }

  private Outcome compute(Receipt receipt, FoundModel found) {
    ArithmeticOptions claimed =
        new ArithmeticOptions()
            .with(
                value(ActivationFormat.values(), receipt.arithmetic().activations(), "activations"),
                value(KvDtype.values(), receipt.arithmetic().kv(), "kv"));
    try (Model model = Models.open(surroundings, found, claimed)) {
      LocalModel local = Models.local(found, model);
      ReceiptCheck check = new ReceiptCheck(receipt, local, MachineMemory.availableBytes());
      return new Outcome(receipt, found.name(), check.check());
    } catch (EngineException e) {
      throw new CliException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void printJson(Outcome outcome, Optional<Difference> difference) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("verified", difference.isEmpty());
        printer.field("receipt", outcome.receipt().digest());
        printer.field("model", outcome.model());
        printer.field("engine", outcome.receipt().engineVersion());
        printer.field("engine_here", Main.version());
        printer.field("signature_checked", signer.isPresent());
        difference.ifPresent(first -> {
          printer.field("claim", first.claim());
          printer.field("claimed", first.claimed());
          printer.field("found", first.found());
        });
      });
    }
  }
}
