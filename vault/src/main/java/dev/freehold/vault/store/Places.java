package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import java.nio.file.Path;

/// Where the parts of a store lie in its folder.
record Places(Path root) {
  Path layout() {
    return root.resolve("oci-layout");
  }

  Path index() {
    return root.resolve("index.json");
  }

  Path blobs() {
    return root.resolve("blobs/sha256");
  }

  Path blob(Digest digest) {
    return blobs().resolve(digest.hex());
  }

  /// Folders of links, one for each model, in which its files have their names.
  Path snapshots() {
    return root.resolve("snapshots");
  }

  Path snapshot(Digest manifest) {
    return snapshots().resolve(manifest.hex());
  }

  /// What is no part of an OCI layout.
  Path own() {
    return root.resolve("freehold");
  }

  Path lock() {
    return own().resolve("lock");
  }

  /// The index a second time, for when it is damaged.
  Path indexCopy() {
    return own().resolve("index.json");
  }

  Path unfinished() {
    return own().resolve("unfinished");
  }

  /// What arrives from registries, and what was given up of it.
  Path fetched() {
    return own().resolve("fetched");
  }

  Path quarantine() {
    return own().resolve("quarantine");
  }
}
