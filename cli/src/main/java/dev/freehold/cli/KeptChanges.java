package dev.freehold.cli;

import dev.freehold.hub.pull.ModelReference;
import dev.freehold.hub.pull.PullPlan;
import dev.freehold.hub.pull.PullResult;
import dev.freehold.vault.registry.ModelChanges;
import dev.freehold.vault.registry.SourcePins;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Keeping;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Vault;
import java.util.List;
import java.util.Optional;

/// What a person should know when a name in the vault comes to mean something else, or a model
/// comes from where another one came from before.
///
/// @param before what the name meant
record KeptChanges(Vault vault, ModelName name, Optional<Descriptor> before) {
  /// To be asked before anything is kept under the name.
  static KeptChanges before(Vault vault, ModelName name) {
    Optional<Descriptor> known =
        vault.models().stream()
            .filter(entry -> entry.name().equals(Optional.of(name)))
            .map(Entry::manifest)
            .findFirst();
    return new KeptChanges(vault, name, known);
  }

  /// Tells which files are others than before; the licence first.
  void tell(Surroundings surroundings, Descriptor now) {
    if (before.isEmpty() || before.get().digest().equals(now.digest())) {
      return;
    }
    List<String> changes = ModelChanges.between(vault.manifest(before.get()), vault.manifest(now));
    if (changes.isEmpty()) {
      return;
    }
    surroundings
        .err()
        .printf(
            "%s meant something else before, which is kept as %s@%s%n",
            name, name.name(), before.get().digest().hex().substring(0, 12));
    changes.forEach(change -> surroundings.err().println("  " + Failure.printable(change)));
  }

  /// Warns of a repository that is not the one it was, or poses as one that is known; remembers it.
  static void tellSource(
      Surroundings surroundings, Vault vault, PullResult result, Keeping.Kept kept) {
    Optional<String> source = source(result.plan());
    if (source.isEmpty()) {
      return;
    }
    Optional<String> identity =
        Optional.of(result.plan().identity()).filter(text -> !text.isEmpty());
    SourcePins pins = new SourcePins(vault);
    for (String warning : pins.warnings(source.get(), identity)) {
      surroundings.err().println("warning: " + Failure.printable(warning));
    }
    pins.remember(source.get(), kept.manifest().digest(), identity, surroundings.clock().instant());
  }

  private static Optional<String> source(PullPlan plan) {
    return switch (plan.reference()) {
      case ModelReference.HuggingFace model -> Optional.of("hf.co/" + model.repository());
      case ModelReference.HuggingFaceFile file -> Optional.of("hf.co/" + file.repository());
      case ModelReference.Ollama model ->
          Optional.of("%s/%s/%s".formatted(model.host(), model.namespace(), model.name()));
      case ModelReference.WebFile _ -> Optional.empty();
    };
  }
}
