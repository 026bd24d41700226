package dev.freehold.vault.sign;

import dev.freehold.vault.VaultException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The files of a model: one file, or all below a folder that are not left out.
///
/// A link is refused unless links are allowed, and then only one that leads to a file: a folder
/// behind a link could hold itself. Devices, sockets and pipes are refused.
final class ModelTree {
  /// How the model is called that is one file: as the reference implementation calls it.
  static final String ITSELF = ".";

  private static final int MAX_DEPTH = 64;

  private final Path root;
  private final Serialization serialization;
  private final Optional<Path> signature;

  /// @param signature a file that does not belong to the model wherever it lies
  ModelTree(Path root, Serialization serialization, Optional<Path> signature) {
    this.root = root;
    this.serialization = serialization;
    this.signature = signature.map(path -> path.toAbsolutePath().normalize());
  }

  /// A file by its path within the model.
  record Entry(String name, Path path, long bytes) {}

  /// @throws VaultException where something is there that cannot be signed
  List<Entry> entries() {
    return entries(name -> true);
  }

  /// The entries of these names alone, whatever else is there.
  List<Entry> entries(Set<String> names) {
    return entries(names::contains);
  }

  private List<Entry> entries(Predicate<String> isWanted) {
    List<Entry> entries = new ArrayList<>();
    try {
      if (Files.isDirectory(root)) {
        collect(root, "", isWanted, entries);
      } else {
        add(root, ITSELF, entries);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new VaultException("%s: cannot be listed: %s".formatted(root, e.getMessage()), e);
    }
    return entries;
  }

  private void collect(Path folder, String prefix, Predicate<String> isWanted, List<Entry> entries)
      throws IOException {
    if (prefix.chars().filter(c -> c == '/').count() > MAX_DEPTH) {
      throw new VaultException(
          "%s: more than %d folders deep".formatted(RelativePath.shown(prefix), MAX_DEPTH));
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        String name = prefix + child.getFileName();
        if (serialization.ignores(name) || isSignature(child)) {
          continue;
        }
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          collect(child, name + "/", isWanted, entries);
        } else if (isWanted.test(name)) {
          add(child, RelativePath.require(name), entries);
        }
      }
    }
  }

  private boolean isSignature(Path child) {
    return signature.filter(child.toAbsolutePath().normalize()::equals).isPresent();
  }

  private void add(Path path, String name, List<Entry> entries) throws IOException {
    String shown = name.equals(ITSELF) ? path.toString() : RelativePath.shown(name);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new VaultException(shown + ": no such file or folder");
    }
    boolean isLink = Files.isSymbolicLink(path) && !name.equals(ITSELF);
    if (isLink && !serialization.allowSymlinks()) {
      throw new VaultException(
          shown + " is a symbolic link, and links are not allowed; what it leads to could change");
    }
    if (!Files.isRegularFile(path)) {
      throw new VaultException(
          isLink && Files.isDirectory(path)
              ? shown + " is a link to a folder: refused; only links to files can be allowed"
              : shown + " is neither a file nor a folder: refused");
    }
    if (name.indexOf('\\') >= 0 && File.separatorChar == '/') {
      throw new VaultException(shown + ": a name with \"\\\" is a path on Windows: refused");
    }
    if (entries.size() >= ModelManifest.MAX_RESOURCES) {
      throw new VaultException("%s: more than %d files".formatted(root, entries.size()));
    }
    entries.add(new Entry(name, path, Files.size(path)));
  }
}
