package dev.freehold.bench;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.GgufWriter;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.TensorStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Measures `freehold vault add` of a large file, with the parity that is kept by default and
/// without any: speed beside a plain loop that copies and hashes, in turn, all to the disk; the
/// peak memory of its process; what a second add takes; and that the kept file is mapped where it
/// lies.
///
/// `MeasureVault FOLDER [GIGABYTES [ROUNDS]]`; the folder must be on the disk to be measured, with
/// room for twice the file, and is left as it was. Ends with 1 where the speed with parity is below
/// 0.7 of the loop's or memory above 300 MB. The JVM has the options of the launcher.
public final class MeasureVault {
  private static final double LEAST_RATIO = 0.70;
  private static final long MOST_MEMORY = 300_000_000;
  private static final int BUFFER = 1 << 20;

  private final Path folder;
  private final long bytes;
  private final Path source;
  private final Path vault;

  private MeasureVault(Path folder, long bytes) {
    this.folder = folder;
    this.bytes = bytes;
    this.source = folder.resolve("random.gguf");
    this.vault = folder.resolve("vault");
  }

  /// A run of the command: how long it took, and the most memory that it had.
  private record Run(double seconds, long peakBytes, String out) {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < 1) {
      System.err.println("usage: MeasureVault FOLDER [GIGABYTES [ROUNDS]]");
      System.exit(2);
    }
    long gigabytes = arguments.length > 1 ? Long.parseLong(arguments[1]) : 20;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "measure-vault");
    boolean isGood;
    try {
      isGood = new MeasureVault(folder, gigabytes * 1_000_000_000L).measure(rounds);
    } finally {
      delete(folder);
    }
    System.exit(isGood ? 0 : 1);
  }

  private boolean measure(int rounds) throws IOException, InterruptedException {
    System.out.printf("writing %d GB of random bytes%n", bytes / 1_000_000_000);
    writeRandom();
    List<Double> ratios = new ArrayList<>();
    long peak = 0;
    for (int round = 0; round < rounds; round++) {
      double plain = plainCopy();
      show("plain copy and SHA-256", plain, plain, 0);
      Run without = add("random:1", "--parity", "0");
      show("vault add --parity 0", without.seconds(), plain, without.peakBytes());
      freehold("vault", "rm", "random:1");
      freehold("vault", "gc");
      Run add = add("random:1");
      show("vault add", add.seconds(), plain, add.peakBytes());
      ratios.add(plain / add.seconds());
      peak = Math.max(peak, Math.max(add.peakBytes(), without.peakBytes()));
      if (round < rounds - 1) {
        freehold("vault", "rm", "random:1");
        freehold("vault", "gc");
      }
    }
    boolean isShared = secondAdd();
    boolean isMapped = mapped();
    double median = ratios.stream().sorted().toList().get((ratios.size() - 1) / 2);
    System.out.printf(
        Locale.ROOT,
        "median ratio %.2f (at least %.2f is asked), peak memory %d MB (at most %d)%n",
        median,
        LEAST_RATIO,
        peak / 1_000_000,
        MOST_MEMORY / 1_000_000);
    return median >= LEAST_RATIO && peak <= MOST_MEMORY && isShared && isMapped;
  }

  private void show(String what, double seconds, double plain, long peakBytes) {
    System.out.printf(
        Locale.ROOT,
        "%-22s %5.1f s, %4.0f MB/s, ratio %.2f%s%n",
        what,
        seconds,
        bytes / seconds / 1e6,
        plain / seconds,
        peakBytes > 0 ? ", peak memory " + peakBytes / 1_000_000 + " MB" : "");
  }

  private Run add(String name, String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("vault", "add", source.toString(), "--name", name, "--no-golden"));
    command.addAll(List.of(options));
    return freehold(command.toArray(String[]::new));
  }

  private void writeRandom() {
    SplittableRandom random = new SplittableRandom(1);
    byte[] buffer = new byte[BUFFER];
    try (GgufWriter writer = new GgufWriter(source)) {
      writer.put("general.architecture", "random");
      writer.declare("random", Dtype.I8, bytes);
      for (long left = bytes; left > 0; left -= Math.min(left, BUFFER)) {
        random.nextBytes(buffer);
        writer.write(MemorySegment.ofArray(buffer).asSlice(0, Math.min(left, BUFFER)));
      }
      writer.finish();
    }
  }

  /// One thread that reads, hashes and writes, and syncs at the end.
  private double plainCopy() throws IOException {
    Path copy = folder.resolve("copy");
    long begun = System.nanoTime();
    MessageDigest digest = Sha256.begin();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (in.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip().duplicate());
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
      }
      out.force(true);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    Sha256.finish(digest);
    Files.delete(copy);
    return seconds;
  }

  private Run freehold(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xms64m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.freehold.cli.Main"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--vault", vault.toString(), "--json"));
    long begun = System.nanoTime();
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long peak = 0;
    while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, peakBytes(process.pid()));
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    String told = Files.readString(out);
    if (process.exitValue() != 0) {
      throw new IllegalStateException(command + " ended with " + process.exitValue());
    }
    return new Run(seconds, peak, told);
  }

  /// The most memory that a process has had, as Linux counts it.
  private static long peakBytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException ended) {
      return 0;
    }
  }

  /// The same file under another name takes no room.
  private boolean secondAdd() throws IOException, InterruptedException {
    long before = bytesBelow(vault);
    Run again = add("random:2");
    long more = bytesBelow(vault) - before;
    System.out.printf(Locale.ROOT, "a second add %.1f s, %d bytes more%n", again.seconds(), more);
    return more < 1_000_000;
  }

  /// Opens the kept file as the engine does; nothing more is on the disk then.
  private boolean mapped() throws IOException {
    long before = bytesBelow(folder);
    Path kept;
    try (Stream<Path> files = Files.walk(vault.resolve("snapshots"))) {
      kept = files.filter(file -> file.endsWith("random.gguf")).findFirst().orElseThrow();
    }
    long begun = System.nanoTime();
    try (TensorStore store = ModelFiles.open(kept)) {
      double milliseconds = (System.nanoTime() - begun) / 1e6;
      long more = bytesBelow(folder) - before;
      System.out.printf(
          Locale.ROOT,
          "mapped from the vault in %.1f ms, %d bytes of tensors, %d bytes more on the disk%n",
          milliseconds,
          store.tensors().values().stream().mapToLong(tensor -> tensor.data().byteSize()).sum(),
          more);
      return more == 0;
    }
  }

  private static long bytesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
