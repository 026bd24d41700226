package dev.freehold.cli;

import dev.freehold.audit.subject.Origin;
import dev.freehold.audit.subject.Shown;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.registry.RegistryPull;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Keeping;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Where the files of a kept model came from, by the records that are kept with it: of the fetch
/// from a registry first, then of what stood before that.
final class KeptOrigins {
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_ORIGINS = 10_000;
  private static final int MOST_TEXT = 500;
  private static final String OF_REGISTRY = Keeping.RECORDS + "evidence/registry.json";
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MOST_BYTES, 8, 1 << 17, 128, 1 << 14);

  private final KeptModel kept;
  private final Consumer<String> problems;
  private final List<Origin> origins = new ArrayList<>();

  private KeptOrigins(KeptModel kept, Consumer<String> problems) {
    this.kept = kept;
    this.problems = problems;
  }

  /// Reads the records; one that cannot be read is a problem that is told.
  static List<Origin> of(KeptModel kept, Consumer<String> problems) {
    KeptOrigins reader = new KeptOrigins(kept, problems);
    for (Entry attached : kept.vault().attachments(kept.entry().digest())) {
      if (attached.manifest().artifactType().filter(RegistryPull.EVIDENCE::equals).isPresent()) {
        for (Descriptor layer : kept.vault().manifest(attached.manifest()).layers()) {
          reader.read("attached evidence " + layer.digest(), layer, true);
        }
      }
    }
    for (Manifest.KeptFile file : kept.manifest().files(Role.EVIDENCE)) {
      if (file.path().equals(Evidence.PATH)) {
        reader.read(file.path(), file.blob(), false);
      } else if (file.path().equals(OF_REGISTRY)) {
        reader.read(file.path(), file.blob(), true);
      }
    }
    return reader.origins;
  }

  private void read(String name, Descriptor blob, boolean ofRegistry) {
    try {
      JsonNode node = StrictJson.parse(kept.vault().blobs().read(blob, MOST_BYTES), name, LIMITS);
      if (ofRegistry) {
        addRegistry(node);
      } else {
        node.path("files").forEach(this::addFile);
      }
    } catch (VaultException | TensorException unreadable) {
      problems.accept("%s: cannot be read: %s".formatted(name, unreadable.getMessage()));
    }
  }

  private void addFile(JsonNode file) {
    add(
        new Origin(
            text(file, "path"),
            text(file, "digest").replaceFirst("^sha256:", ""),
            text(file, "url"),
            text(file, "revision"),
            text(file, "time"),
            text(file, "status")));
  }

  /// One record for all files of the manifest that was fetched.
  private void addRegistry(JsonNode node) {
    for (Manifest.KeptFile file : kept.manifest().files()) {
      if (!file.role().isRecord()) {
        add(
            new Origin(
                file.path(),
                file.blob().digest().hex(),
                text(node, "source"),
                text(node, "manifest"),
                text(node, "fetched"),
                text(node, "status")));
      }
    }
  }

  private void add(Origin origin) {
    if (origins.size() < MOST_ORIGINS && Sha256.isDigest(origin.sha256())) {
      origins.add(origin);
    }
  }

  private static String text(JsonNode node, String field) {
    return Shown.text(node.path(field).asString(""), MOST_TEXT);
  }
}
