package dev.freehold.vault.repair;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.BlockRepair;
import dev.freehold.vault.parity.ByteRange;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.parity.ParityFile;
import dev.freehold.vault.parity.ParityWriter;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.ModelParity.Attachment;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Ingest;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/// Reads what a vault keeps and makes whole what is damaged: from parity, from the other copy of a
/// record, or from other places.
///
/// Whole bytes are written beside the damaged ones, hashed while they are, and take their place at
/// once; the damaged ones go to quarantine. What cannot be repaired is left as it is.
public final class Repair {
  private final Vault vault;
  private final ModelParity parity;
  private final List<Supply> supplies;
  private final LongConsumer progress;
  private final Map<Digest, List<Attachment>> parityOf = new HashMap<>();
  private final Map<Digest, Boolean> checked = new HashMap<>();
  private final List<RepairReport.Repaired> repaired = new ArrayList<>();
  private final List<RepairReport.Lost> lost = new ArrayList<>();
  private long checkedBytes;

  /// @param supplies are asked in this order for what parity cannot give back
  /// @param progress is told how many bytes were worked on since it was last told
  public Repair(Vault vault, List<Supply> supplies, LongConsumer progress) {
    this.vault = vault;
    this.parity = new ModelParity(vault);
    this.supplies = List.copyOf(supplies);
    this.progress = progress;
  }

  /// Something that is to be whole.
  ///
  /// @param what it is called in the report
  private record Wanted(Descriptor blob, String what) {
    Digest digest() {
      return blob.digest();
    }
  }

  /// Repairs models and all that is attached to them.
  ///
  /// @throws InterruptedException where it was stopped; what was repaired until then stays
  public RepairReport run(List<Entry> models) throws InterruptedException {
    try (Ingest ingest = vault.begin()) {
      repairParityManifests(ingest);
      List<Entry> entries = withAttachments(ingest, models);
      for (Entry entry : entries) {
        repairModel(ingest, entry);
      }
      for (Entry entry : entries) {
        if (ModelParity.isParity(entry.manifest())) {
          repairParity(ingest, entry);
        }
      }
      return new RepairReport(checked.size(), checkedBytes, repaired, lost);
    } catch (IOException failure) {
      if (failure instanceof InterruptedIOException) {
        Thread.interrupted();
        throw new InterruptedException("stopped");
      }
      throw new VaultException(
          VaultException.Reason.DISK, "the repair cannot go on: " + failure.getMessage(), failure);
    }
  }

  /// Each manifest of parity from its other copy, so that all parity is known for what follows.
  private void repairParityManifests(Ingest ingest) throws IOException {
    List<Attachment> attachments = parity.attachments();
    Map<Digest, byte[]> copies = new HashMap<>();
    for (Attachment attachment : attachments) {
      for (byte[] copy : attachment.copies()) {
        copies.put(Digest.of(Sha256.bytes(copy)), copy);
      }
    }
    for (Attachment attachment : attachments) {
      byte[] copy = copies.get(attachment.descriptor().digest());
      if (attachment.manifest().isEmpty() && copy != null) {
        replace(ingest, attachment.descriptor().digest(), copy);
        repaired.add(
            new RepairReport.Repaired(
                attachment.descriptor().digest(), "manifest of parity", "its other copy"));
      }
    }
    for (Attachment attachment : parity.attachments()) {
      for (Digest of : attachment.files().keySet()) {
        parityOf.computeIfAbsent(of, digest -> new ArrayList<>()).add(attachment);
      }
    }
  }

  private static void replace(Ingest ingest, Digest digest, byte[] bytes) {
    try (Ingest.Writer writer = ingest.begin()) {
      writer.write(ByteBuffer.wrap(bytes));
      writer.exchange(digest);
    }
  }

  /// The models, what is attached to them, and what is attached to that.
  private List<Entry> withAttachments(Ingest ingest, List<Entry> models) throws IOException {
    List<Entry> wanted = new ArrayList<>();
    Set<Digest> subjects = new HashSet<>();
    for (Entry model : models) {
      if (subjects.add(model.digest())) {
        wanted.add(model);
      }
    }
    List<Entry> others =
        vault.entries().stream()
            .filter(entry -> entry.name().isEmpty() && entry.former().isEmpty())
            .toList();
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Entry entry : others) {
        if (!subjects.contains(entry.digest())
            && subject(ingest, entry).filter(subjects::contains).isPresent()) {
          subjects.add(entry.digest());
          wanted.add(entry);
          grew = true;
        }
      }
    }
    return wanted;
  }

  private Optional<Digest> subject(Ingest ingest, Entry entry) throws IOException {
    boolean whole = ensure(ingest, new Wanted(entry.manifest(), "manifest of an attachment"));
    return whole
        ? vault.manifest(entry.manifest()).subject().map(Descriptor::digest)
        : Optional.empty();
  }

  private void repairModel(Ingest ingest, Entry entry) throws IOException {
    if (!ensure(ingest, new Wanted(entry.manifest(), "manifest of " + entry.label()))) {
      return;
    }
    if (ModelParity.isParity(entry.manifest())) {
      return;
    }
    Manifest manifest = vault.manifest(entry.manifest());
    Map<Digest, String> paths = new HashMap<>();
    manifest.files().forEach(file -> paths.putIfAbsent(file.blob().digest(), file.path()));
    for (Descriptor need : manifest.needs()) {
      String what = paths.getOrDefault(need.digest(), "configuration of " + entry.label());
      ensure(ingest, new Wanted(need, what));
    }
    ingest.remakeNames(manifest);
  }

  /// Computes damaged parity again from what it is the parity of.
  private void repairParity(Ingest ingest, Entry entry) throws IOException {
    Optional<Attachment> attachment =
        parity.attachments().stream()
            .filter(each -> each.descriptor().digest().equals(entry.digest()))
            .filter(each -> each.manifest().isPresent())
            .findFirst();
    if (attachment.isEmpty()) {
      return;
    }
    Descriptor empty = attachment.get().manifest().orElseThrow().config();
    if (!isWhole(empty) && empty.digest().equals(Digest.of(Sha256.bytes(ModelParity.EMPTY)))) {
      replace(ingest, empty.digest(), ModelParity.EMPTY);
      whole(empty, "configuration of parity", "its known bytes");
    }
    for (Map.Entry<Digest, Descriptor> file : attachment.get().files().entrySet()) {
      Wanted wanted = new Wanted(file.getValue(), "parity of " + file.getKey());
      if (isWhole(wanted.blob()) || isLost(wanted.digest())) {
        continue;
      }
      List<String> reasons = new ArrayList<>();
      if (recompute(ingest, attachment.get(), file.getKey(), wanted.digest(), reasons)) {
        whole(wanted.blob(), wanted.what(), "what it is the parity of");
      } else if (!supplied(ingest, wanted, reasons)) {
        lost.add(new RepairReport.Lost(wanted.digest(), wanted.what(), List.of(), reasons));
      }
    }
  }

  private boolean isLost(Digest digest) {
    return lost.stream().anyMatch(blob -> blob.digest().equals(digest));
  }

  private boolean recompute(
      Ingest ingest, Attachment attachment, Digest of, Digest digest, List<String> reasons)
      throws IOException {
    Optional<Redundancy> redundancy = attachment.redundancy();
    if (redundancy.isEmpty() || !checked.getOrDefault(of, false)) {
      reasons.add("what it is the parity of is not whole");
      return false;
    }
    try (Disk.OpenFile file = vault.blobs().open(of);
        Ingest.Writer writer = ingest.begin()) {
      ParityWriter.write(ByteSource.of(file), of, redundancy.get(), writer::write, progress);
      writer.exchange(digest);
      return true;
    } catch (VaultException failure) {
      requireDisk(failure);
      reasons.add("computing it again: " + failure.getMessage());
      return false;
    }
  }

  /// Makes a blob whole where it is not, and says whether it is.
  private boolean ensure(Ingest ingest, Wanted wanted) throws IOException {
    Boolean known = checked.get(wanted.digest());
    if (known != null) {
      return known;
    }
    if (isWhole(wanted.blob())) {
      return true;
    }
    List<String> reasons = new ArrayList<>();
    List<ByteRange> parts = new ArrayList<>();
    Optional<String> from = fromParity(ingest, wanted, parts, reasons);
    if (from.isPresent()) {
      whole(wanted.blob(), wanted.what(), from.get());
      return true;
    }
    if (supplied(ingest, wanted, reasons)) {
      return true;
    }
    lost.add(new RepairReport.Lost(wanted.digest(), wanted.what(), parts, reasons));
    return false;
  }

  private void whole(Descriptor blob, String what, String from) {
    checked.put(blob.digest(), true);
    repaired.add(new RepairReport.Repaired(blob.digest(), what, from));
  }

  /// Whether a blob's bytes are what they were; what cannot be read is not.
  private boolean isWhole(Descriptor blob) throws InterruptedIOException {
    Boolean known = checked.get(blob.digest());
    if (known == null) {
      known = vault.blobs().has(blob.digest(), blob.size()) && hasDigest(blob);
      checked.put(blob.digest(), known);
      checkedBytes += blob.size();
    }
    return known;
  }

  private boolean hasDigest(Descriptor blob) throws InterruptedIOException {
    try (Disk.OpenFile file = vault.blobs().open(blob.digest())) {
      MessageDigest digest = Sha256.begin();
      ByteSource.of(file).copyTo(digest::update, progress);
      return Digest.of(digest.digest()).equals(blob.digest());
    } catch (InterruptedIOException stopped) {
      throw stopped;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private Optional<String> fromParity(
      Ingest ingest, Wanted wanted, List<ByteRange> parts, List<String> reasons)
      throws IOException {
    List<Attachment> attachments = parityOf.getOrDefault(wanted.digest(), List.of());
    if (attachments.isEmpty()) {
      reasons.add("there is no parity of it");
    }
    Set<Digest> tried = new HashSet<>();
    for (Attachment attachment : attachments) {
      Descriptor file = attachment.files().get(wanted.digest());
      if (file != null && tried.add(file.digest())) {
        if (fromParity(ingest, wanted, file, parts, reasons)) {
          return Optional.of("parity");
        }
      }
    }
    return Optional.empty();
  }

  private boolean fromParity(
      Ingest ingest,
      Wanted wanted,
      Descriptor parityBlob,
      List<ByteRange> parts,
      List<String> reasons)
      throws IOException {
    try (Disk.OpenFile damaged = openDamaged(ingest, wanted.digest());
        Disk.OpenFile parityOpen = vault.blobs().open(parityBlob.digest());
        Disk.OpenFile computed = ingest.scratch();
        Ingest.Writer writer = ingest.begin()) {
      Optional<ParityFile> file =
          ParityFile.open(ByteSource.of(parityOpen), wanted.digest())
              .filter(open -> open.length() == wanted.blob().size());
      if (file.isEmpty()) {
        reasons.add("the parity of it is too damaged to be read");
        return false;
      }
      BlockRepair.Outcome outcome =
          BlockRepair.repair(
              ByteSource.of(damaged),
              file.get(),
              computed::write,
              ByteSource.of(computed),
              progress);
      if (!outcome.lost().isEmpty()) {
        parts.clear();
        parts.addAll(outcome.lost());
        reasons.add("more of it is damaged than its parity can give back");
        return false;
      }
      outcome.file().copyTo(writer::write, progress);
      writer.exchange(wanted.digest());
      return true;
    } catch (InterruptedIOException stopped) {
      throw stopped;
    } catch (IOException | VaultException failure) {
      requireDisk(failure);
      reasons.add("from parity: " + failure.getMessage());
      return false;
    }
  }

  /// A full disk is not a damaged blob: nothing more can be repaired on it.
  private static void requireDisk(Exception failure) {
    if (failure instanceof VaultException told
        && (told.reason() == VaultException.Reason.NO_ROOM
            || told.reason() == VaultException.Reason.READ_ONLY)) {
      throw told;
    }
  }

  /// The damaged blob; where it is missing what is left of it in quarantine, or an empty file.
  private Disk.OpenFile openDamaged(Ingest ingest, Digest digest) {
    if (vault.blobs().size(digest).isPresent()) {
      return vault.blobs().open(digest);
    }
    return vault.blobs().openQuarantined(digest).orElseGet(ingest::scratch);
  }

  private boolean supplied(Ingest ingest, Wanted wanted, List<String> reasons) throws IOException {
    for (Supply supply : supplies) {
      try (Ingest.Writer writer = ingest.begin()) {
        if (supply.copy(wanted.blob(), writer::write, progress)) {
          writer.exchange(wanted.digest());
          whole(wanted.blob(), wanted.what(), supply.name());
          return true;
        }
        reasons.add(supply.name() + " does not have it");
      } catch (InterruptedIOException stopped) {
        throw stopped;
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("stopped");
      } catch (IOException | VaultException failure) {
        requireDisk(failure);
        reasons.add("from " + supply.name() + ": " + failure.getMessage());
      }
    }
    return false;
  }
}
