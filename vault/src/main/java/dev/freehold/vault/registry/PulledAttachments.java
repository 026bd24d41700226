package dev.freehold.vault.registry;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.sign.KeptSignatures;
import dev.freehold.vault.store.Content;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Ingest;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Brings the signatures that a registry keeps of a model.
///
/// They are claims of others until somebody verifies them; one that cannot be had is told and does
/// not stop the pull.
final class PulledAttachments {
  private static final int MOST = 32;
  private static final long MAX_SIGNATURE = 64L << 20;

  private final Vault vault;
  private final RegistryClient client;
  private final Arrivals arrivals;

  PulledAttachments(Vault vault, RegistryClient client, Arrivals arrivals) {
    this.vault = vault;
    this.client = client;
    this.arrivals = arrivals;
  }

  /// @return what a person should know
  List<String> take(Digest upstream, Descriptor model) throws IOException, InterruptedException {
    List<String> warnings = new ArrayList<>();
    for (String digest : listed(upstream, warnings)) {
      try {
        take(digest, upstream, model);
      } catch (HubException | VaultException problem) {
        warnings.add("a signature at the registry was not taken: " + problem.getMessage());
      }
    }
    return warnings;
  }

  private List<String> listed(Digest upstream, List<String> warnings) throws InterruptedException {
    List<String> digests = new ArrayList<>();
    try {
      Optional<RegistryClient.Document> index = client.referrers(upstream.hex());
      if (index.isEmpty()) {
        return digests;
      }
      JsonNode root = StrictJson.parse(index.get().bytes(), "the list of referrers");
      for (JsonNode each : root.path("manifests")) {
        boolean isSignature =
            each.path("artifactType").asString("").equals(KeptSignatures.MEDIA_TYPE);
        if (isSignature && digests.size() < MOST) {
          digests.add(Digest.parse(each.path("digest").asString("")).toString());
        }
      }
    } catch (HubException | TensorException | VaultException problem) {
      warnings.add("signatures at the registry cannot be listed: " + problem.getMessage());
    }
    return digests;
  }

  private void take(String digest, Digest upstream, Descriptor model)
      throws IOException, InterruptedException {
    Manifest manifest =
        Manifest.parse(client.manifest(digest).bytes(), "the manifest of a signature");
    boolean isAbout =
        manifest.subject().map(subject -> subject.digest().equals(upstream)).orElse(false);
    if (!isAbout || manifest.layers().size() != 1) {
      throw new VaultException(digest + " is no signature of this model");
    }
    Descriptor layer = manifest.layers().getFirst();
    if (layer.size() > MAX_SIGNATURE) {
      throw new VaultException(digest + " has more bytes than a signature may");
    }
    Path file = arrivals.fetch("model.sig", layer);
    try (Ingest ingest = vault.begin()) {
      ingest.put(new Content.OfFile(file, true, Optional.of(layer.digest())), done -> {});
      KeptSignatures.attach(
          ingest, model, Descriptor.of(KeptSignatures.MEDIA_TYPE, layer.digest(), layer.size()));
    }
    arrivals.remove(layer.digest());
  }
}
