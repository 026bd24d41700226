package dev.freehold.vault.store;

import dev.freehold.hub.FoundModel;
import dev.freehold.hub.Inventory;
import dev.freehold.hub.ModelStore;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The models of a vault, as every command finds models by name.
public record VaultModels(Disk disk, Path root) implements ModelStore {
  @Override
  public Inventory inventory() {
    List<FoundModel> models = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    try {
      Vault vault = Vault.open(disk, root);
      for (Entry entry : vault.models()) {
        try {
          model(vault, entry).ifPresent(models::add);
        } catch (VaultException problem) {
          problems.add("vault: " + entry.label() + ": " + problem.getMessage());
        }
      }
    } catch (VaultException problem) {
      if (problem.reason() != VaultException.Reason.NOT_FOUND) {
        problems.add("vault: " + problem.getMessage());
      }
    }
    return new Inventory(models, problems);
  }

  /// The model of an entry; empty of one without weights that are known.
  public static Optional<FoundModel> model(Vault vault, Entry entry) {
    Manifest manifest = vault.manifest(entry.manifest());
    if (!manifest.isModel()) {
      return Optional.empty();
    }
    List<Manifest.KeptFile> weights = manifest.files(Role.WEIGHTS);
    long bytes = weights.stream().mapToLong(file -> file.blob().size()).sum();
    Optional<Manifest.KeptFile> gguf =
        weights.stream()
            .filter(file -> lower(file).endsWith(".gguf") && !lower(file).startsWith("mmproj"))
            .findFirst();
    if (gguf.isPresent()) {
      Path path = vault.file(entry.digest(), gguf.get());
      return Optional.of(
          found(entry, path, FoundModel.Format.GGUF, bytes, extras(vault, entry, manifest)));
    }
    return weights.stream().anyMatch(file -> lower(file).endsWith(".safetensors"))
        ? Optional.of(
            found(
                entry,
                vault.snapshot(entry.digest()),
                FoundModel.Format.SAFETENSORS,
                bytes,
                Map.of()))
        : Optional.empty();
  }

  private static String lower(Manifest.KeptFile file) {
    return file.path().toLowerCase(Locale.ROOT);
  }

  private static FoundModel found(
      Entry entry, Path path, FoundModel.Format format, long bytes, Map<String, Path> extras) {
    String name = entry.name().map(ModelName::toString).orElse("");
    String latest = ":" + ModelName.LATEST;
    String shown =
        name.endsWith(latest) ? name.substring(0, name.length() - latest.length()) : name;
    return new FoundModel(shown, FoundModel.Source.VAULT, path, format, bytes, extras);
  }

  private static Map<String, Path> extras(Vault vault, Entry entry, Manifest manifest) {
    Map<String, Path> extras = new HashMap<>();
    manifest.files(Role.LICENSE).stream()
        .findFirst()
        .ifPresent(file -> extras.put("license", vault.file(entry.digest(), file)));
    return extras;
  }
}
