package dev.freehold.audit.subject;

import dev.freehold.audit.AuditException;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A model in a folder, as Hugging Face lays it out.
///
/// Nothing is run and no link is followed out of it; the blobs beside a snapshot in the Hugging
/// Face cache count as within. What is too large, too deep or too much is told as a problem.
public final class FolderSubject {
  private static final int MOST_FILES = 5_000;
  private static final int MOST_DEPTH = 8;
  private static final long MOST_DOCUMENT_BYTES = 64L << 20;
  private static final List<String> TERMS =
      List.of("licen", "copying", "notice", "policy", "terms");

  private final Path folder;
  private final Path home;
  private final boolean digests;
  private final List<Document> documents = new ArrayList<>();
  private final List<StoredFile> files = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private long documentBytes;
  private int seen;
  private Optional<String> weightsProblem = Optional.empty();

  private FolderSubject(Path folder, boolean digests) throws IOException {
    this.folder = folder;
    this.home = folder.toRealPath();
    this.digests = digests;
  }

  /// Reads a folder.
  ///
  /// @param digests whether files that are no documents are read for their digests, which takes as
  ///   long as reading them
  /// @throws AuditException where the folder cannot be read
  public static Subject read(String name, Path folder, boolean digests) {
    try {
      FolderSubject reader = new FolderSubject(folder, digests);
      reader.walk(folder, 0);
      reader.checkWeights();
      return Subject.of(name, reader.documents, reader.files, reader.problems)
          .with(new Evidence(Optional.empty(), reader.weightsProblem));
    } catch (IOException | TensorException e) {
      throw new AuditException("%s: cannot be audited: %s".formatted(folder, e), e);
    }
  }

  /// The texts at the top of a folder that can say under which terms a model in it is: card,
  /// licences, notices, policies.
  ///
  /// @throws AuditException where the folder cannot be read
  public static List<Document> texts(Path folder) {
    try {
      FolderSubject reader = new FolderSubject(folder, false);
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          String name = String.valueOf(entry.getFileName());
          if (++reader.seen > MOST_FILES) {
            break;
          }
          if (isOfTerms(name.toLowerCase(Locale.ROOT)) && Files.isRegularFile(entry)) {
            reader.file(name, entry);
          }
        }
      }
      return List.copyOf(reader.documents);
    } catch (IOException e) {
      throw new AuditException("%s: cannot be audited: %s".formatted(folder, e), e);
    }
  }

  private static boolean isOfTerms(String name) {
    return name.equals("readme.md") || TERMS.stream().anyMatch(name::contains);
  }

  private void walk(Path from, int depth) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(from)) {
      for (Path entry : stream) {
        if (++seen > MOST_FILES) {
          problem("more than %d files; the others were not looked at".formatted(MOST_FILES));
          return;
        }
        entries.add(entry);
      }
    }
    entries.sort(Comparator.comparing(Path::toString));
    for (Path entry : entries) {
      String name = folder.relativize(entry).toString().replace('\\', '/');
      if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        if (name.equals(".git") || name.equals(".cache")) {
          continue;
        }
        if (depth == MOST_DEPTH) {
          problem(name + ": deeper than %d folders".formatted(MOST_DEPTH));
        } else {
          walk(entry, depth + 1);
        }
      } else {
        file(name, entry);
      }
    }
  }

  /// Weights that lie at the top can be opened, or a problem says why not.
  private void checkWeights() {
    boolean stored =
        files.stream()
            .anyMatch(file -> file.kind() == StoredFile.Kind.WEIGHTS && !file.name().contains("/"));
    if (!stored) {
      return;
    }
    try {
      ModelFiles.open(folder).close();
    } catch (TensorException unreadable) {
      weightsProblem = Optional.of(Shown.text(String.valueOf(unreadable.getMessage()), 300));
    }
  }

  private void problem(String what) {
    if (problems.size() < 100) {
      problems.add(Shown.text(what, 300));
    }
  }

  private void file(String name, Path file) {
    try {
      Path real = file.toRealPath();
      if (!real.startsWith(home) && !isBlob(real)) {
        problem(name + ": a link that leads out of the model's folder; not followed");
      } else if (!Files.isRegularFile(real)) {
        problem(name + ": no regular file; not read");
      } else {
        take(name, real, Files.size(real));
      }
    } catch (IOException unreadable) {
      problem("%s: cannot be read: %s".formatted(name, unreadable));
    }
  }

  private boolean isBlob(Path real) {
    Path snapshots = home.getParent();
    return snapshots != null
        && snapshots.endsWith("snapshots")
        && real.startsWith(snapshots.resolveSibling("blobs"));
  }

  private void take(String name, Path file, long size) throws IOException {
    Optional<StoredFile> pointer = pointer(name, file, size);
    Optional<StoredFile.Kind> kind = StoredFile.Kind.of(name);
    if (pointer.isPresent()) {
      files.add(pointer.get());
    } else if (kind.isPresent()) {
      files.add(stored(name, kind.get(), file, size));
    } else if (size > Document.MOST_BYTES || documentBytes + size > MOST_DOCUMENT_BYTES) {
      files.add(stored(name, StoredFile.Kind.OTHER, file, size));
    } else {
      byte[] bytes = bytes(file, Document.MOST_BYTES);
      documentBytes += bytes.length;
      documents.add(new Document(name, bytes));
    }
  }

  /// At most as many bytes as a limit: a file can grow while it is read.
  private static byte[] bytes(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most);
    }
  }

  private StoredFile stored(String name, StoredFile.Kind kind, Path file, long size) {
    Optional<String> digest = digests ? Optional.of(Sha256.of(file)) : Optional.empty();
    return new StoredFile(name, kind, size, digest);
  }

  private static Optional<StoredFile> pointer(String name, Path file, long size)
      throws IOException {
    return size == 0 || size > StoredFile.MOST_POINTER_BYTES
        ? Optional.empty()
        : StoredFile.pointer(name, bytes(file, StoredFile.MOST_POINTER_BYTES));
  }
}
