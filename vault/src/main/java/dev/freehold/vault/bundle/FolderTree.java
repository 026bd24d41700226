package dev.freehold.vault.bundle;

import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/// A folder that is being written, under a name of its own until it is whole.
public final class FolderTree implements Tree {
  private final Disk disk;
  private final Path target;
  private final Path part;
  private final Set<Path> folders = new HashSet<>();
  private boolean finished;

  /// @throws FileAlreadyExistsException where something has the name already
  public FolderTree(Disk disk, Path target) throws IOException {
    this.disk = disk;
    this.target = target.toAbsolutePath().normalize();
    this.part = this.target.resolveSibling(this.target.getFileName() + ".part");
    if (disk.facts(this.target).isPresent()) {
      throw new FileAlreadyExistsException(target.toString());
    }
    removeTree(part);
    makeFolder(part);
  }

  @Override
  public void file(String path, boolean executable, ByteSource bytes, LongConsumer progress)
      throws IOException {
    Path file = place(path);
    try (Disk.OpenFile out = disk.create(file)) {
      bytes.copyTo(out::write, progress);
      out.sync();
    }
    if (executable && !file.toFile().setExecutable(true, false)) {
      throw new IOException(file + " cannot be made a program");
    }
  }

  @Override
  public void link(String path, String to) throws IOException {
    if (!disk.link(place(path), Path.of(to))) {
      throw new IOException("no symbolic links can be made in " + target);
    }
  }

  private Path place(String path) throws IOException {
    Path place = part;
    String[] names = path.split("/");
    for (int i = 0; i < names.length; i++) {
      place = place.resolve(names[i]);
      if (i < names.length - 1) {
        makeFolder(place);
      }
    }
    return place;
  }

  private void makeFolder(Path folder) throws IOException {
    if (folders.add(folder)) {
      disk.makeFolder(folder);
    }
  }

  @Override
  public void finish() throws IOException {
    for (Path folder : folders) {
      disk.syncFolder(folder);
    }
    if (disk.facts(target).isPresent()) {
      throw new FileAlreadyExistsException(target.toString());
    }
    disk.replace(part, target);
    finished = true;
    disk.syncFolder(target.resolveSibling(".").normalize());
  }

  @Override
  public void close() throws IOException {
    if (!finished) {
      removeTree(part);
    }
  }

  private void removeTree(Path path) throws IOException {
    if (disk.facts(path).isEmpty()) {
      return;
    }
    if (disk.facts(path).orElseThrow().kind() == Disk.Kind.FOLDER) {
      List<String> names = new ArrayList<>();
      disk.names(path, names::add);
      for (String name : names) {
        removeTree(path.resolve(name));
      }
    }
    disk.delete(path);
  }
}
