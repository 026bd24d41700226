package dev.freehold.vault.repair;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.parity.ParityWriter;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Ingest;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Stored;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/// The parity of what a vault keeps: for each manifest an attachment with a parity file for every
/// blob it needs, and for itself.
///
/// The attachment's own manifest is there twice, alike but for an annotation, so that each can be
/// made again from the other; its blobs can be computed again from what they are the parity of.
public final class ModelParity {
  /// The artifact type of the attachment.
  public static final String ARTIFACT_TYPE = "application/vnd.freehold.parity.v1";

  /// The media type of a parity file.
  public static final String MEDIA_TYPE = "application/vnd.freehold.parity.v1.reed-solomon";

  static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

  private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";
  private static final String OF = "dev.freehold.parity.of";
  private static final String SHARE = "dev.freehold.parity.share";
  private static final String COPY = "dev.freehold.parity.copy";
  private static final List<String> COPIES = List.of("1", "2");

  private final Vault vault;

  public ModelParity(Vault vault) {
    this.vault = vault;
  }

  /// Keeps parity for a manifest, and for what is attached to it, where it is not kept already.
  ///
  /// @param progress is told how many bytes were worked on since it was last told
  /// @return how many bytes of parity were added
  /// @throws VaultException where a blob is missing or cannot be read
  public long keep(Entry entry, Redundancy redundancy, LongConsumer progress) {
    return keep(entry, redundancy, Map.of(), progress);
  }

  /// Keeps parity, of which some files are in the store already.
  ///
  /// @param ready parity files by the digests of what they are of
  public long keep(
      Entry entry, Redundancy redundancy, Map<Digest, Stored> ready, LongConsumer progress) {
    if (redundancy.isNone()) {
      return 0;
    }
    long bytes = 0;
    List<Entry> all = new ArrayList<>(List.of(entry));
    all.addAll(vault.attachments(entry.digest()));
    for (Entry each : all) {
      if (!isParity(each.manifest()) && share(each.digest()).isEmpty()) {
        bytes += compute(each, redundancy, ready, progress);
      }
    }
    return bytes;
  }

  /// Keeps parity for what was attached to a model since its own was computed, as much as of the
  /// model itself; nothing where that has none.
  public long keepOfAttachments(Entry entry) {
    return share(entry.digest()).map(same -> keep(entry, same, bytes -> {})).orElse(0L);
  }

  private long compute(
      Entry entry, Redundancy redundancy, Map<Digest, Stored> ready, LongConsumer progress) {
    Manifest manifest = vault.manifest(entry.manifest());
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    for (Descriptor need : manifest.needs()) {
      blobs.putIfAbsent(need.digest(), need);
    }
    blobs.put(entry.digest(), entry.manifest());
    try (Ingest ingest = vault.begin()) {
      long bytes = 0;
      List<Descriptor> layers = new ArrayList<>();
      Map<Digest, Descriptor> there = files(redundancy);
      for (Map.Entry<Digest, Stored> file : ready.entrySet()) {
        Stored stored = file.getValue();
        boolean isMissing = !there.containsKey(file.getKey()) && blobs.containsKey(file.getKey());
        if (isMissing && vault.blobs().has(stored.digest(), stored.size())) {
          there.put(file.getKey(), Descriptor.of(MEDIA_TYPE, stored.digest(), stored.size()));
          bytes += stored.size();
        }
      }
      requireRoom(blobs.values(), there.keySet(), redundancy);
      for (Descriptor blob : blobs.values()) {
        Descriptor file = there.get(blob.digest());
        if (file == null) {
          Stored stored = compute(ingest, blob, redundancy, progress);
          bytes += stored.manner() == Stored.Manner.THERE ? 0 : stored.size();
          file = Descriptor.of(MEDIA_TYPE, stored.digest(), stored.size());
        } else {
          progress.accept(blob.size());
        }
        layers.add(file.with(Map.of(OF, blob.digest().toString())));
      }
      Stored empty = ingest.put(EMPTY);
      for (String copy : COPIES) {
        ingest.attach(
            new Manifest(
                ARTIFACT_TYPE,
                Descriptor.of(EMPTY_TYPE, empty.digest(), empty.size()),
                layers,
                Optional.of(entry.manifest().with(Map.of())),
                Map.of(SHARE, Double.toString(redundancy.share()), COPY, copy)));
      }
      return bytes;
    }
  }

  /// Does not begin what the disk has no room for.
  private void requireRoom(Collection<Descriptor> blobs, Set<Digest> there, Redundancy redundancy) {
    long needed = 0;
    for (Descriptor blob : blobs) {
      needed += there.contains(blob.digest()) ? 0 : ParityWriter.fileBytes(blob.size(), redundancy);
    }
    long room;
    try {
      room = vault.disk().room(vault.root());
    } catch (IOException unknown) {
      return; // the writing will tell
    }
    if (needed > room) {
      throw new VaultException(
          VaultException.Reason.NO_ROOM,
          "no room for parity: it has %d MB, and the disk of %s has %d MB free; make room"
              .formatted(needed / 1_000_000 + 1, vault.root(), room / 1_000_000));
    }
  }

  /// The parity files of this share that other models with the same blobs have already.
  private Map<Digest, Descriptor> files(Redundancy redundancy) {
    Map<Digest, Descriptor> files = new LinkedHashMap<>();
    for (Attachment attachment : attachments()) {
      if (attachment.redundancy().equals(Optional.of(redundancy))) {
        attachment
            .files()
            .forEach((of, file) -> {
              if (vault.blobs().has(file.digest(), file.size())) {
                files.put(of, file);
              }
            });
      }
    }
    return files;
  }

  private Stored compute(
      Ingest ingest, Descriptor blob, Redundancy redundancy, LongConsumer progress) {
    try (Disk.OpenFile file = vault.blobs().open(blob.digest());
        Ingest.Writer writer = ingest.begin()) {
      ParityWriter.write(ByteSource.of(file), blob.digest(), redundancy, writer::write, progress);
      return writer.finish(Optional.empty());
    } catch (IOException failure) {
      throw new VaultException(
          VaultException.Reason.DISK,
          "parity of %s cannot be computed: %s".formatted(blob.digest(), failure.getMessage()),
          failure);
    }
  }

  /// How much parity is kept of a manifest; empty where none is.
  public Optional<Redundancy> share(Digest manifest) {
    for (Attachment attachment : attachments()) {
      boolean isOfIt =
          attachment
              .manifest()
              .flatMap(Manifest::subject)
              .filter(about -> about.digest().equals(manifest))
              .isPresent();
      if (isOfIt) {
        return attachment.redundancy();
      }
    }
    return Optional.empty();
  }

  public static boolean isParity(Descriptor manifest) {
    return manifest.artifactType().equals(Optional.of(ARTIFACT_TYPE));
  }

  /// What a parity attachment is, for people.
  public static String label(Manifest attachment) {
    return new Attachment(attachment.descriptor(), Optional.of(attachment))
        .redundancy()
        .map(redundancy ->
            "parity of %s %%, listed in two manifests, each made again from the other"
                .formatted(plain(100 * redundancy.share())))
        .orElse("parity");
  }

  private static String plain(double percent) {
    return java.math.BigDecimal.valueOf(percent)
        .setScale(3, java.math.RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  /// An attachment of parity; its manifest is missing where it is damaged.
  record Attachment(Descriptor descriptor, Optional<Manifest> manifest) {
    Optional<Redundancy> redundancy() {
      return manifest
          .map(whole -> whole.annotations().getOrDefault(SHARE, ""))
          .filter(share -> share.matches("[01]\\.[0-9]{1,6}"))
          .map(share -> new Redundancy(Double.parseDouble(share)));
    }

    /// The parity files by the digests of what they are of.
    Map<Digest, Descriptor> files() {
      Map<Digest, Descriptor> files = new LinkedHashMap<>();
      for (Descriptor layer : manifest.map(Manifest::layers).orElse(List.of())) {
        String of = layer.annotations().get(OF);
        if (of != null) {
          files.put(Digest.parse(of), layer);
        }
      }
      return files;
    }

    /// The bytes of the other copies of this manifest.
    List<byte[]> copies() {
      return manifest.stream()
          .flatMap(whole -> COPIES.stream().map(copy -> with(whole, copy)))
          .toList();
    }

    private static byte[] with(Manifest manifest, String copy) {
      Map<String, String> annotations = new LinkedHashMap<>(manifest.annotations());
      annotations.put(COPY, copy);
      return new Manifest(
              manifest.artifactType(),
              manifest.config(),
              manifest.layers(),
              manifest.subject(),
              annotations)
          .toBytes();
    }
  }

  /// All attachments of parity in the vault, also those whose manifest is damaged.
  List<Attachment> attachments() {
    List<Attachment> attachments = new ArrayList<>();
    for (Entry entry : vault.entries()) {
      if (isParity(entry.manifest())) {
        Optional<Manifest> manifest;
        try {
          manifest = Optional.of(vault.manifest(entry.manifest()));
        } catch (VaultException damaged) {
          manifest = Optional.empty();
        }
        attachments.add(new Attachment(entry.manifest(), manifest));
      }
    }
    return attachments;
  }
}
