package dev.freehold.vault.bundle;

import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/// A tar file that is being written, under a name of its own until it is whole.
///
/// All times and owners are zero, so that the same model gives the same bytes.
public final class TarTree implements Tree {
  private static final int PLAIN = 0644;
  private static final int PROGRAM = 0755;

  private final SingleFile file;
  private final Disk.OpenFile out;

  /// @throws FileAlreadyExistsException where the file is there already
  public TarTree(Disk disk, Path target) throws IOException {
    this.file = new SingleFile(disk, target);
    this.out = file.out();
  }

  @Override
  public void file(String path, boolean executable, ByteSource bytes, LongConsumer progress)
      throws IOException {
    long size = bytes.size();
    int mode = executable ? PROGRAM : PLAIN;
    header(new TarHeader(path, TarHeader.FILE, mode, size, ""));
    if (bytes.copyTo(out::write, progress) != size) {
      throw new IOException(path + " changed while it was read");
    }
    pad(size);
  }

  @Override
  public void link(String path, String to) throws IOException {
    header(new TarHeader(path, TarHeader.LINK, 0777, 0, to));
  }

  private void header(TarHeader header) throws IOException {
    if (!header.fits()) {
      StringBuilder records = new StringBuilder();
      records.append(record("path", header.name()));
      if (!header.target().isEmpty()) {
        records.append(record("linkpath", header.target()));
      }
      if (header.size() > TarHeader.LARGEST) {
        records.append(record("size", Long.toString(header.size())));
      }
      byte[] bytes = records.toString().getBytes(StandardCharsets.UTF_8);
      out.write(
          ByteBuffer.wrap(
              new TarHeader("pax", TarHeader.EXTENDED, PLAIN, bytes.length, "").encode()));
      out.write(ByteBuffer.wrap(bytes));
      pad(bytes.length);
    }
    out.write(ByteBuffer.wrap(header.encode()));
  }

  /// `LENGTH KEY=VALUE` and a line's end, where the length counts itself.
  private static String record(String key, String value) {
    int rest = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8).length;
    int length = rest + Integer.toString(rest).length();
    if (Integer.toString(length).length() + rest > length) {
      length++;
    }
    return length + " " + key + "=" + value + "\n";
  }

  private void pad(long size) throws IOException {
    int over = (int) (size % TarHeader.BLOCK);
    if (over > 0) {
      out.write(ByteBuffer.allocate(TarHeader.BLOCK - over));
    }
  }

  @Override
  public void finish() throws IOException {
    out.write(ByteBuffer.allocate(2 * TarHeader.BLOCK));
    file.finish();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
