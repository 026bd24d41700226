package dev.freehold.vault.store;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Removes the blobs that no entry of the index needs and nobody reads.
final class GarbageCollection {
  private final Vault vault;
  private final Disk disk;
  private final Places places;

  GarbageCollection(Vault vault, Disk disk, Places places) {
    this.vault = vault;
    this.disk = disk;
    this.places = places;
  }

  /// The blobs that an index needs, manifests among them.
  ///
  /// @throws VaultException where a manifest cannot be read: what it needs is then not known, so
  ///   nothing may be removed
  Set<Digest> live(Index index) {
    Set<Digest> live = new HashSet<>();
    for (Descriptor entry : index.entries()) {
      live.add(entry.digest());
      for (Descriptor need : vault.manifest(entry).needs()) {
        live.add(need.digest());
      }
    }
    return live;
  }

  /// Attachments of models that are in the index no more.
  List<Descriptor> orphans(Index index) {
    Set<Digest> listed = new HashSet<>();
    index.entries().forEach(entry -> listed.add(entry.digest()));
    List<Descriptor> orphans = new ArrayList<>();
    for (Descriptor entry : index.entries()) {
      Optional<Descriptor> subject = vault.manifest(entry).subject();
      if (subject.isPresent() && !listed.contains(subject.get().digest())) {
        orphans.add(entry);
      }
    }
    return orphans;
  }

  /// Removes all that is garbage; nobody may be adding meanwhile.
  Collected collect(boolean dryRun, Instant givenUpBefore) throws IOException {
    List<Descriptor> orphans = orphans(vault.index());
    if (!orphans.isEmpty() && !dryRun) {
      vault.changeIndex(index -> index.without(orphans));
    }
    long downloads = new GivenUp(disk, places.fetched()).remove(givenUpBefore, dryRun);
    return run(vault.index().without(orphans), downloads, dryRun);
  }

  /// Blobs that may be removed, with their sizes; nobody may be adding meanwhile.
  List<Descriptor> dead(Index index) {
    Set<Digest> live = live(index);
    List<Descriptor> dead = new ArrayList<>();
    vault
        .blobs()
        .each((digest, size) -> {
          if (!live.contains(digest)) {
            dead.add(Descriptor.of("application/octet-stream", digest, size));
          }
        });
    return dead;
  }

  /// Removes them. The index is made to last first: one that came back after a power loss would
  /// name what is gone.
  private Collected run(Index index, long downloads, boolean dryRun) throws IOException {
    disk.syncFolder(places.root());
    long blobs = 0;
    long bytes = 0;
    long held = 0;
    for (Descriptor blob : dead(index)) {
      Optional<Disk.Hold> alone =
          disk.tryLock(places.lock(), Vault.leasePosition(blob.digest()), false);
      if (alone.isEmpty()) {
        held++;
        continue;
      }
      try (Disk.Hold hold = alone.get()) {
        blobs++;
        bytes += blob.size();
        if (!dryRun) {
          new Snapshots(disk, places).remove(blob.digest());
          disk.delete(places.blob(blob.digest()));
        }
      }
    }
    if (!dryRun) {
      disk.syncFolder(places.blobs());
      removeStraySnapshots(index);
    }
    return new Collected(blobs, bytes, held, downloads);
  }

  /// Folders of links to models that are gone altogether.
  private void removeStraySnapshots(Index index) throws IOException {
    Set<Digest> listed = new HashSet<>();
    index.entries().forEach(entry -> listed.add(entry.digest()));
    List<String> stray = new ArrayList<>();
    disk.names(
        places.snapshots(),
        name -> {
          boolean isOfModel = Sha256.isDigest(name) && listed.contains(new Digest(name));
          if (!isOfModel) {
            stray.add(name);
          }
        });
    for (String name : stray) {
      boolean isHeld = Sha256.isDigest(name) && vault.blobs().size(new Digest(name)).isPresent();
      if (!isHeld) {
        Snapshots.removeTree(disk, places.snapshots().resolve(name));
      }
    }
  }
}
