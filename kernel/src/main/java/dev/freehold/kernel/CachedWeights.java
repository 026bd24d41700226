package dev.freehold.kernel;

import dev.freehold.kernel.x86.Processor;
import java.util.Optional;

/// Which weights stay in the processor's last cache from one token to the next.
///
/// Every token reads all weights in the same order, so that a cache that is smaller than they are
/// loses each shortly before it is needed. Therefore the first matrices that fit into a part of the
/// cache are to stay, and the others are read past it.
final class CachedWeights {
  /// The part of the cache, in eighths: it also holds what a step works with, and others use it.
  private static final int EIGHTHS = 3;

  private long left;

  /// @param cacheBytes size of the cache, 0 where it is not known: then no weights are read past it
  /// @param allBytes size of all weights
  CachedWeights(long cacheBytes, long allBytes) {
    left = cacheBytes == 0 || allBytes <= cacheBytes ? Long.MAX_VALUE : cacheBytes / 8 * EIGHTHS;
  }

  /// Those of a prepared file, in this processor.
  static CachedWeights of(Optional<PreparedFile> file) {
    long cacheBytes = MachineSupport.here().processor().map(Processor::lastCacheBytes).orElse(0L);
    return new CachedWeights(cacheBytes, file.map(PreparedFile::byteSize).orElse(0L));
  }

  /// Whether a matrix of so many bytes is to stay.
  synchronized boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }
}
