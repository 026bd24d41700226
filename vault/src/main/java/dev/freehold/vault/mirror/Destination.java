package dev.freehold.vault.mirror;

import dev.freehold.vault.repair.Supply;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import java.io.IOException;
import java.util.function.LongConsumer;

/// A place that models are copied to: another vault, or a registry.
public interface Destination extends AutoCloseable {
  /// What it is called in reports.
  String name();

  boolean has(Descriptor blob) throws IOException, InterruptedException;

  /// Takes a blob over; it has the digest that it is to have, or this fails.
  ///
  /// @param progress is told how many bytes were copied since it was last told
  void put(Descriptor blob, Supply from, LongConsumer progress)
      throws IOException, InterruptedException;

  /// Reads all of a blob that is there and compares it with its digest.
  ///
  /// @param progress is told how many bytes were read since it was last told
  boolean isWhole(Descriptor blob, LongConsumer progress) throws IOException, InterruptedException;

  /// Puts a blob in the place of one that is there and not whole.
  void exchange(Descriptor blob, Supply from, LongConsumer progress)
      throws IOException, InterruptedException;

  /// Whether an entry is there as it is here, with its name.
  boolean lists(Entry entry) throws IOException, InterruptedException;

  /// Gives a manifest, whose blobs are all there, its name, or attaches it to its subject.
  void list(Entry entry, Manifest manifest) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
