package dev.freehold.vault.repair;

import dev.freehold.vault.parity.ByteSink;
import dev.freehold.vault.store.Descriptor;
import java.io.IOException;
import java.util.function.LongConsumer;

/// Another place that may have a blob: a mirror, a registry, or the server it once came from.
///
/// What it gives is not trusted; the digest decides.
public interface Supply {
  /// What it is called in reports.
  String name();

  /// Writes the bytes of a blob, and says whether it has them.
  ///
  /// @param progress is told how many bytes were written since it was last told
  boolean copy(Descriptor blob, ByteSink sink, LongConsumer progress)
      throws IOException, InterruptedException;
}
