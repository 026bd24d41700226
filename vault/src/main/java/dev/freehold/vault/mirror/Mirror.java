package dev.freehold.vault.mirror;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.repair.Supply;
import dev.freehold.vault.repair.VaultSupply;
import dev.freehold.vault.store.Attached;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Lease;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/// Copies models, and what is attached to them, to another place: what is there already is not
/// copied again, and a model is listed there when all of it has arrived.
public final class Mirror {
  private final Vault vault;
  private final Destination destination;
  private final LongConsumer progress;
  private final Set<Digest> read = new HashSet<>();
  private long copiedBlobs;
  private long copiedBytes;
  private long presentBytes;
  private long mendedBlobs;
  private boolean readsData;

  /// @param progress is told how many bytes were copied, or were there, since it was last told
  public Mirror(Vault vault, Destination destination, LongConsumer progress) {
    this.vault = vault;
    this.destination = destination;
    this.progress = progress;
  }

  /// Reads what is there already, too, and puts the right bytes in the place of wrong ones.
  public Mirror readingData() {
    readsData = true;
    return this;
  }

  /// What a mirroring did.
  ///
  /// @param entries the models and attachments that are now listed there
  /// @param mendedBlobs that were there with other bytes than their digest says
  /// @param failed those that are not, and why
  public record Report(
      List<Entry> entries,
      long copiedBlobs,
      long copiedBytes,
      long presentBytes,
      long mendedBlobs,
      List<Failed> failed) {
    public Report {
      entries = List.copyOf(entries);
      failed = List.copyOf(failed);
    }
  }

  /// A model or attachment that could not be copied.
  ///
  /// @param isDamage whether bytes of it are not what they should be, here or there
  public record Failed(Entry entry, String reason, boolean isDamage) {}

  /// The models with all that is attached to them, and the former ones of their names; in the order
  /// in which they were kept.
  public static List<Entry> scope(Vault vault, List<Entry> models) {
    List<Entry> scope = new ArrayList<>();
    for (Entry entry : vault.entries()) {
      boolean isFormer =
          models.stream()
              .anyMatch(model -> entry.former().isPresent() && entry.former().equals(model.name()));
      if (models.contains(entry) || isFormer) {
        scope.add(entry);
      }
    }
    return Attached.with(vault, scope, false);
  }

  /// Copies what is in scope; what cannot be copied does not keep the rest from it.
  ///
  /// @throws InterruptedException where it was stopped; the next run goes on from there
  public Report run(List<Entry> scope) throws InterruptedException {
    List<Entry> listed = new ArrayList<>();
    List<Failed> failed = new ArrayList<>();
    Supply supply = new VaultSupply(vault);
    for (Entry entry : scope) {
      try {
        copy(entry, supply);
        listed.add(entry);
      } catch (InterruptedIOException stopped) {
        Thread.interrupted();
        throw new InterruptedException("stopped");
      } catch (IOException | VaultException failure) {
        boolean isDamage =
            failure instanceof VaultException told
                && told.reason() == VaultException.Reason.DAMAGED;
        failed.add(new Failed(entry, String.valueOf(failure.getMessage()), isDamage));
        if (failure instanceof VaultException told
            && told.reason() != VaultException.Reason.DAMAGED
            && told.reason() != VaultException.Reason.REFUSED) {
          break; // nothing more can be written there
        }
      }
    }
    return new Report(listed, copiedBlobs, copiedBytes, presentBytes, mendedBlobs, failed);
  }

  private void copy(Entry entry, Supply supply) throws IOException, InterruptedException {
    Manifest manifest = vault.manifest(entry.manifest());
    try (Lease lease = vault.lease(entry.manifest())) {
      for (Descriptor need : manifest.needs()) {
        if (destination.has(need)) {
          requireWhole(need, supply);
          presentBytes += need.size();
        } else {
          destination.put(need, supply, progress);
          copiedBlobs++;
          copiedBytes += need.size();
        }
      }
      if (!destination.lists(entry)) {
        destination.list(entry, manifest);
      } else if (readsData) {
        mend(entry.manifest(), supply);
      }
    }
  }

  private void requireWhole(Descriptor need, Supply supply)
      throws IOException, InterruptedException {
    if (readsData) {
      mend(need, supply);
    } else {
      progress.accept(need.size());
    }
  }

  /// Models share blobs; each is read once.
  private void mend(Descriptor blob, Supply supply) throws IOException, InterruptedException {
    if (!read.add(blob.digest())) {
      progress.accept(blob.size());
    } else if (!destination.isWhole(blob, progress)) {
      destination.exchange(blob, supply, bytes -> {});
      mendedBlobs++;
    }
  }
}
