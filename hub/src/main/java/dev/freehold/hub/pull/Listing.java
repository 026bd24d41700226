package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.util.List;
import java.util.Optional;

/// The files of a repository at one commit.
///
/// @param commit 40 hexadecimal digits
/// @param entries as the hub names them, unchecked
/// @param identity that the hub gave the repository when it was made; empty where it says none
record Listing(String repository, String commit, List<Entry> entries, String identity) {
  Listing(String repository, String commit, List<Entry> entries) {
    this(repository, commit, entries, "");
  }

  /// A file of the list.
  ///
  /// @param bytes its size; negative where the list does not say it
  /// @param digest of its bytes; empty where the list does not say it
  record Entry(String path, long bytes, Optional<FileDigest> digest) {
    String fileName() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    String folder() {
      return path.substring(0, path.lastIndexOf('/') + 1);
    }
  }

  Listing {
    entries = List.copyOf(entries);
    identity = identity.matches("[0-9A-Za-z]{1,64}") ? identity : "";
    if (!commit.matches("[0-9a-f]{40}")) {
      throw new HubException(
          "hf.co/%s: sha: expected a commit of 40 hexadecimal digits, found \"%s\""
              .formatted(repository, SafePath.shown(commit)));
    }
  }

  Optional<Entry> find(String path) {
    return entries.stream().filter(e -> e.path().equals(path)).findFirst();
  }
}
