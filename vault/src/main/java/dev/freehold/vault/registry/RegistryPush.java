package dev.freehold.vault.registry;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.hub.pull.RegistryUpload;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Lease;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Sends a kept model to a registry, and what is attached to it.
///
/// Blobs first, then the manifest under its tag, then what is attached, so that a push that is cut
/// leaves nothing that names what is not there. The registry hashes what it gets, and so refuses a
/// damaged blob.
public final class RegistryPush {
  private final Vault vault;
  private final RegistryClient client;

  /// What was sent.
  ///
  /// @param blobs that the registry did not have
  /// @param bytes of them together
  public record Pushed(Descriptor manifest, int blobs, long bytes, int attachments) {}

  public RegistryPush(Vault vault, RegistryClient client) {
    this.vault = vault;
    this.client = client;
  }

  /// @param from another repository of the registry that may have the blobs already
  /// @throws HubException where the registry refuses
  public Pushed push(Descriptor model, RegistryReference reference, Optional<String> from)
      throws InterruptedException {
    String tag =
        reference
            .tag()
            .orElseThrow(() -> new VaultException("a push needs a tag: oci://HOST/REPOSITORY:TAG"));
    try (Lease lease = vault.lease(model)) {
      Sent sent = new Sent();
      Manifest manifest = vault.manifest(model);
      send(manifest, from, sent);
      client.put(tag, Manifest.MEDIA_TYPE, manifest.toBytes());
      int attachments = attachments(model, from, sent);
      return new Pushed(model, sent.blobs, sent.bytes, attachments);
    } catch (IOException failure) {
      throw new VaultException(
          VaultException.Reason.DISK, "%s: not pushed: %s".formatted(reference, failure), failure);
    }
  }

  /// What was sent so far.
  private static final class Sent {
    private final Set<Descriptor> seen = new HashSet<>();
    private int blobs;
    private long bytes;
  }

  private void send(Manifest manifest, Optional<String> from, Sent sent)
      throws IOException, InterruptedException {
    for (Descriptor need : manifest.needs()) {
      Descriptor plain = Descriptor.of(need.mediaType(), need.digest(), need.size());
      if (sent.seen.add(plain) && upload(plain, from)) {
        sent.blobs++;
        sent.bytes += need.size();
      }
    }
  }

  private boolean upload(Descriptor blob, Optional<String> from)
      throws IOException, InterruptedException {
    try (Disk.OpenFile file = vault.blobs().open(blob.digest())) {
      RegistryUpload.Source source =
          (into, position) -> {
            while (into.hasRemaining()) {
              if (file.read(into, position + into.position()) < 0) {
                throw new IOException("the blob " + blob.digest() + " is cut short");
              }
            }
          };
      return client.upload(blob.digest().hex(), blob.size(), from, source);
    }
  }

  private int attachments(Descriptor model, Optional<String> from, Sent sent)
      throws IOException, InterruptedException {
    List<Entry> attached = vault.attachments(model.digest());
    for (Entry each : attached) {
      Manifest manifest = vault.manifest(each.manifest());
      send(manifest, from, sent);
      Referrers.put(client, manifest);
    }
    return attached.size();
  }
}
