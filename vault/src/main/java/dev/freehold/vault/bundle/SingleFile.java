package dev.freehold.vault.bundle;

import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/// One file that is being written, under a name of its own until it is whole; what it is called in
/// the model does not matter.
public final class SingleFile implements Tree {
  private final Disk disk;
  private final Path target;
  private final Path part;
  private final Disk.OpenFile out;
  private boolean finished;

  /// @throws FileAlreadyExistsException where the file is there already
  public SingleFile(Disk disk, Path target) throws IOException {
    this.disk = disk;
    this.target = target.toAbsolutePath().normalize();
    this.part = this.target.resolveSibling(this.target.getFileName() + ".part");
    if (disk.facts(this.target).isPresent()) {
      throw new FileAlreadyExistsException(target.toString());
    }
    if (disk.facts(part).filter(Disk.Facts::isFile).isPresent()) {
      disk.delete(part);
    }
    this.out = disk.create(part);
  }

  /// The open file, for those that write more than one thing to it.
  Disk.OpenFile out() {
    return out;
  }

  @Override
  public void file(String path, boolean executable, ByteSource bytes, LongConsumer progress)
      throws IOException {
    bytes.copyTo(out::write, progress);
  }

  @Override
  public void link(String path, String to) throws IOException {
    throw new IOException("a single file holds no links");
  }

  @Override
  public void finish() throws IOException {
    out.sync();
    disk.place(part, target);
    finished = true;
    disk.syncFolder(target.resolveSibling(".").normalize());
  }

  @Override
  public void close() throws IOException {
    out.close();
    if (!finished) {
      disk.delete(part);
    }
  }
}
