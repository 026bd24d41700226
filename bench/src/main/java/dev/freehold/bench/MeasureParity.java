package dev.freehold.bench;

import dev.freehold.vault.Digest;
import dev.freehold.vault.parity.BlockRepair;
import dev.freehold.vault.parity.ByteSink;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.parity.Damage;
import dev.freehold.vault.parity.DamageSearch;
import dev.freehold.vault.parity.ParityFile;
import dev.freehold.vault.parity.ParityWriter;
import dev.freehold.vault.parity.Redundancy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Measures parity on a file: GB/s of computing it, of looking for damage and of repairing a burst,
/// beside those of reading the file and of its SHA-256.
///
/// `MeasureParity FILE [PARITY [ROUNDS]]`; the parity is 3% where it is not given. The damage is
/// put on as the file is read, so FILE is not touched; the parity file is made beside it and
/// removed.
public final class MeasureParity {
  private static final Digest DIGEST = Digest.of(new byte[32]);
  private static final int CHUNK = 1 << 20;

  private MeasureParity() {}

  /// Something that is timed.
  private interface Work {
    void run() throws IOException;
  }

  /// An open file; from `from` to `to` it reads as zeros.
  private record DamagedFile(FileChannel channel, long from, long to) implements ByteSource {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      int start = target.position();
      int count = channel.read(target, position);
      long zeroFrom = Math.max(from, position);
      long zeroTo = Math.min(to, position + count);
      for (long at = zeroFrom; at < zeroTo; at++) {
        target.put(start + (int) (at - position), (byte) 0);
      }
      return count;
    }
  }

  public static void main(String[] args) throws IOException {
    if (args.length < 1 || args.length > 3) {
      System.err.println("usage: MeasureParity FILE [PARITY [ROUNDS]]");
      System.exit(2);
    }
    Path file = Path.of(args[0]);
    Redundancy redundancy = args.length > 1 ? Redundancy.parse(args[1]) : Redundancy.DEFAULT;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    Path parity = Path.of(args[0] + ".parity");
    try (FileChannel channel = FileChannel.open(file)) {
      for (int round = 0; round < rounds; round++) {
        round(channel, parity, redundancy);
      }
    } finally {
      Files.deleteIfExists(parity);
    }
  }

  private static void round(FileChannel file, Path parityPath, Redundancy redundancy)
      throws IOException {
    ByteSource whole = new DamagedFile(file, 0, 0);
    long size = file.size();
    show("read", size, () -> readAll(file, null));
    show("sha-256", size, () -> readAll(file, sha256()));
    Files.deleteIfExists(parityPath);
    try (FileChannel channel =
        FileChannel.open(
            parityPath,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteSink sink = bytes -> writeAll(channel, bytes);
      show("parity", size, () -> ParityWriter.write(whole, DIGEST, redundancy, sink, bytes -> {}));
      ParityFile parity =
          ParityFile.open(new DamagedFile(channel, 0, 0), DIGEST).orElseThrow(IOException::new);
      show("search", size, () -> expect(DamageSearch.find(whole, parity, bytes -> {}), false));
      long from = (size - parity.burstBytes()) / 2;
      ByteSource burst = new DamagedFile(file, from, from + parity.burstBytes());
      Path computedPath = Path.of(parityPath + ".computed");
      try (FileChannel computed =
          FileChannel.open(
              computedPath,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        show("repair", size, () -> repair(burst, parity, computed));
      }
    }
  }

  private static void repair(ByteSource burst, ParityFile parity, FileChannel computed)
      throws IOException {
    BlockRepair.Outcome outcome =
        BlockRepair.repair(
            burst,
            parity,
            bytes -> writeAll(computed, bytes),
            new DamagedFile(computed, 0, 0),
            bytes -> {});
    if (!outcome.lost().isEmpty() || outcome.file().computedBlocks() == 0) {
      throw new IOException("a burst within the budget was not repaired");
    }
  }

  private static void expect(Damage damage, boolean damaged) throws IOException {
    if (damage.isFileWhole() == damaged) {
      throw new IOException("found damage where there is none");
    }
  }

  private static void readAll(FileChannel file, @Nullable MessageDigest digest) throws IOException {
    byte[] bytes = new byte[CHUNK];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    for (long at = 0; at < file.size(); at += buffer.position()) {
      file.read(buffer.clear(), at);
      if (digest != null) {
        digest.update(bytes, 0, buffer.position());
      }
    }
    if (digest != null && Arrays.equals(digest.digest(), new byte[32])) {
      throw new IOException("a digest of zeros");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void show(String name, long size, Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(Locale.ROOT, "%-8s %6.2f GB/s%n", name, size / seconds / 1e9);
  }
}
