package dev.freehold.vault.sign;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Ingest;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Stored;
import dev.freehold.vault.store.Vault;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Signatures of kept models, attached to them in the store as registries attach them.
///
/// A kept model's files are signed by the digests that the store has of them, so nothing is hashed;
/// that the bytes still have them is for `verify --read-data` to say.
public final class KeptSignatures {
  /// The type of a signature, and of what it is attached as.
  public static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";
  private static final int MAX_BYTES = 64 << 20;

  private KeptSignatures() {}

  /// What a signature of a kept model lists: its own files, without what Freehold wrote about it.
  public static ModelManifest manifest(String name, Manifest kept) {
    List<Resource> resources = new ArrayList<>();
    for (Manifest.KeptFile file : kept.files()) {
      if (!file.role().isRecord()) {
        resources.add(new Resource(file.path(), file.blob().digest()));
      }
    }
    resources.sort(java.util.Comparator.comparing(Resource::name, ModelManifest.byCodePoints()));
    return new ModelManifest(name, Serialization.files(List.of()), resources);
  }

  /// Attaches a signature to a model.
  public static Descriptor attach(Vault vault, Descriptor model, byte[] bundle) {
    Bundle.read(bundle);
    try (Ingest ingest = vault.begin()) {
      Stored stored = ingest.put(bundle);
      return attach(ingest, model, Descriptor.of(MEDIA_TYPE, stored.digest(), stored.size()));
    }
  }

  /// Attaches a signature that is in the store already.
  public static Descriptor attach(Ingest ingest, Descriptor model, Descriptor bundle) {
    Stored config = ingest.put("{}".getBytes(StandardCharsets.UTF_8));
    return ingest.attach(
        new Manifest(
            MEDIA_TYPE,
            Descriptor.of(EMPTY_TYPE, config.digest(), config.size()),
            List.of(bundle),
            Optional.of(Descriptor.of(Manifest.MEDIA_TYPE, model.digest(), model.size())),
            Map.of()));
  }

  /// The signatures of a model, as the bytes of their files.
  public static List<byte[]> of(Vault vault, Descriptor model) {
    List<byte[]> bundles = new ArrayList<>();
    Set<Digest> seen = new HashSet<>();
    for (Entry entry : vault.attachments(model.digest())) {
      Manifest manifest = vault.manifest(entry.manifest());
      if (!manifest.artifactType().equals(MEDIA_TYPE)) {
        continue;
      }
      for (Descriptor layer : manifest.layers()) {
        if (seen.add(layer.digest())) {
          bundles.add(vault.blobs().read(layer, MAX_BYTES));
        }
      }
    }
    return bundles;
  }

  /// What an attachment is, for people: of a signature which key it names, which is not verified.
  public static String label(Vault vault, Entry attachment) {
    Manifest manifest = vault.manifest(attachment.manifest());
    if (!manifest.artifactType().equals(MEDIA_TYPE) || manifest.layers().isEmpty()) {
      return manifest.artifactType();
    }
    try {
      byte[] bundle = vault.blobs().read(manifest.layers().getFirst(), MAX_BYTES);
      return "signature that names the key "
          + Bundle.read(bundle).hint().map(RelativePath::shown).orElse("without a hint");
    } catch (VaultException unreadable) {
      return "signature that cannot be read: " + unreadable.getMessage();
    }
  }

  /// Compares a kept model with what a signature covers.
  ///
  /// @throws VaultException where it is by another key, forged, or no signature over a model
  public static ModelSignature.Verified verify(Manifest kept, byte[] bundle, ECPublicKey key) {
    ModelManifest signed = ModelSignature.opened(bundle, key);
    if (signed.serialization().isSharded()) {
      throw new VaultException(
          "the signature is by shards; verify the model's folder against it, not the vault");
    }
    Map<String, Digest> expected = new TreeMap<>();
    signed.resources().forEach(resource -> expected.put(resource.name(), resource.digest()));
    List<String> changed = new ArrayList<>();
    List<String> unsigned = new ArrayList<>();
    List<Resource> files = manifest("model", kept).resources();
    for (Resource file : files) {
      boolean isWhole = files.size() == 1 && expected.containsKey(ModelTree.ITSELF);
      Digest digest = expected.remove(isWhole ? ModelTree.ITSELF : file.name());
      if (digest == null && !signed.serialization().ignores(file.name())) {
        unsigned.add(file.name());
      } else if (digest != null && !digest.equals(file.digest())) {
        changed.add(file.name());
      }
    }
    return new ModelSignature.Verified(
        signed, new ModelSignature.Differences(changed, List.copyOf(expected.keySet()), unsigned));
  }
}
