package dev.freehold.cli;

import dev.freehold.audit.AuditException;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Evidence;
import dev.freehold.audit.subject.GgufSubject;
import dev.freehold.audit.subject.Origin;
import dev.freehold.audit.subject.Shown;
import dev.freehold.audit.subject.StoredFile;
import dev.freehold.audit.subject.Subject;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A kept model as an audit sees it: its texts, checked against their digests, its weights by size
/// and digest as its manifest has them, and the records of where all that came from.
///
/// Of weights no more is read than the metadata at their head.
final class KeptSubject {
  private static final long MOST_DOCUMENT_BYTES = 64L << 20;
  private static final int MOST_PROBLEMS = 100;

  private final Surroundings surroundings;
  private final KeptModel kept;
  private final List<Document> documents = new ArrayList<>();
  private final List<StoredFile> files = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private long documentBytes;

  private KeptSubject(Surroundings surroundings, KeptModel kept) {
    this.surroundings = surroundings;
    this.kept = kept;
  }

  static Subject of(Surroundings surroundings, KeptModel kept) {
    return new KeptSubject(surroundings, kept).read();
  }

  private Subject read() {
    for (Manifest.KeptFile file : kept.manifest().files()) {
      if (!file.role().isRecord()) {
        take(file);
      }
    }
    Optional<Evidence.Rebuilt> rebuilt = DemoSubject.joinKept(surroundings, this);
    List<Origin> origins = KeptOrigins.of(kept, this::problem);
    Optional<Manifest.KeptFile> gguf = gguf();
    Optional<String> weightsProblem = gguf.isPresent() ? Optional.empty() : folderProblem();
    Subject subject = Subject.of(name(), documents, files, problems);
    if (gguf.isPresent()) {
      try {
        Path file = kept.vault().file(kept.entry().digest(), gguf.get());
        subject = GgufSubject.described(subject, gguf.get().path(), file);
      } catch (AuditException unreadable) {
        weightsProblem = Optional.of(Shown.text(String.valueOf(unreadable.getMessage()), 300));
      }
    }
    return subject.with(new Evidence(rebuilt, weightsProblem, origins));
  }

  /// The name that list shows, so that a card which names it as its own base is known.
  private String name() {
    String label = kept.entry().label();
    String latest = ":" + ModelName.LATEST;
    return label.endsWith(latest) ? label.substring(0, label.length() - latest.length()) : label;
  }

  void problem(String what) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(Shown.text(what, 300));
    }
  }

  void add(List<Document> more) {
    documents.addAll(more);
  }

  /// The digest of the file of this role; empty where there is not just one.
  Optional<String> digest(Role role) {
    List<Manifest.KeptFile> of = kept.manifest().files(role);
    return of.size() == 1 ? Optional.of(of.getFirst().blob().digest().hex()) : Optional.empty();
  }

  private void take(Manifest.KeptFile file) {
    String name = file.path();
    Descriptor blob = file.blob();
    try {
      if (!kept.vault().blobs().has(blob.digest(), blob.size())) {
        problem("%s: its blob %s is missing or cut".formatted(name, blob.digest()));
        return;
      }
      Optional<StoredFile.Kind> kind = StoredFile.Kind.of(name);
      if (blob.size() <= StoredFile.MOST_POINTER_BYTES) {
        Optional<StoredFile> pointer = StoredFile.pointer(name, bytes(blob));
        if (pointer.isPresent()) {
          files.add(pointer.get());
          return;
        }
      }
      boolean isText =
          kind.isEmpty()
              && file.role() != Role.TRANSCRIPT
              && file.role() != Role.WEIGHTS
              && blob.size() <= Document.MOST_BYTES
              && documentBytes + blob.size() <= MOST_DOCUMENT_BYTES;
      if (isText) {
        documentBytes += blob.size();
        documents.add(new Document(name, bytes(blob)));
      } else {
        StoredFile.Kind known = kind.orElse(StoredFile.Kind.OTHER);
        files.add(new StoredFile(name, known, blob.size(), Optional.of(blob.digest().hex())));
      }
    } catch (VaultException damaged) {
      problem("%s: cannot be read: %s".formatted(name, damaged.getMessage()));
    }
  }

  private byte[] bytes(Descriptor blob) {
    return kept.vault().blobs().read(blob, Document.MOST_BYTES);
  }

  /// The GGUF file that commands open.
  private Optional<Manifest.KeptFile> gguf() {
    return kept.manifest().files(Role.WEIGHTS).stream()
        .filter(file -> {
          String name = file.path().toLowerCase(Locale.ROOT);
          return name.endsWith(".gguf") && !name.startsWith("mmproj");
        })
        .findFirst();
  }

  /// Why the weights of a folder cannot be opened; empty where they can, or there are none.
  private Optional<String> folderProblem() {
    if (files.stream().noneMatch(file -> file.kind() == StoredFile.Kind.WEIGHTS)) {
      return Optional.empty();
    }
    try {
      ModelFiles.open(kept.vault().snapshot(kept.entry().digest())).close();
      return Optional.empty();
    } catch (TensorException unreadable) {
      return Optional.of(Shown.text(String.valueOf(unreadable.getMessage()), 300));
    }
  }
}
