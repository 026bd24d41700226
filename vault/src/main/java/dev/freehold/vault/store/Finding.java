package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import java.util.List;

/// Something about a kept model that is not as it must be.
///
/// @param blob that it is about
/// @param paths what the model calls the blob; empty of a manifest or a configuration
/// @param ranges where its bytes are damaged, as far as that is known
public record Finding(Kind kind, Digest blob, List<String> paths, String what, List<Range> ranges) {
  /// What is wrong.
  public enum Kind {
    /// The blob is not there.
    MISSING,
    /// It is longer or shorter than it was.
    SIZE,
    /// It has other bytes than its digest says.
    CHANGED,
    /// The disk does not give its bytes.
    UNREADABLE,
    /// It is a manifest that cannot be used.
    MANIFEST,
    /// It is the index, which Freehold did not write as it is.
    INDEX,
    /// A name in the model's folder is missing or leads elsewhere.
    NAMES
  }

  /// Bytes of a blob, the end not among them.
  public record Range(long start, long end) {}

  public Finding {
    paths = List.copyOf(paths);
    ranges = List.copyOf(ranges);
  }

  /// Whether bytes had to be read to find it.
  public boolean isOfBytes() {
    return kind == Kind.CHANGED || kind == Kind.UNREADABLE;
  }
}
