package dev.freehold.agent.workspace;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A file, link or folder of a snapshot.
///
/// @param mode the nine permission bits
/// @param modifiedNanos when a file was last written; 0 for the others
/// @param size bytes of a file; 0 for the others
/// @param digest SHA-256 of a file's bytes, of the text of a link's target, of a folder's listing
/// @param children of a folder, by name
record Node(
    Kind kind,
    int mode,
    long modifiedNanos,
    long size,
    String digest,
    SortedMap<String, Node> children) {
  /// What it is.
  enum Kind {
    FILE,
    LINK,
    FOLDER
  }

  Node {
    children = Collections.unmodifiableSortedMap(children);
  }

  static Node file(int mode, long modifiedNanos, long size, String digest) {
    return new Node(Kind.FILE, mode, modifiedNanos, size, digest, new TreeMap<>());
  }

  static Node link(String digest) {
    return new Node(Kind.LINK, 0, 0, 0, digest, new TreeMap<>());
  }

  static Node folder(int mode, String digest, SortedMap<String, Node> children) {
    return new Node(Kind.FOLDER, mode, 0, 0, digest, children);
  }

  Node withMode(int newMode) {
    return new Node(kind, newMode, modifiedNanos, size, digest, children);
  }

  /// Whether both hold the same; when they were written does not count.
  boolean holdsSame(Node other) {
    return kind == other.kind && mode == other.mode && digest.equals(other.digest);
  }
}
