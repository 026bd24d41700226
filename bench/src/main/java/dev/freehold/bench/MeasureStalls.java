package dev.freehold.bench;

import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.PreparedFile;
import dev.freehold.kernel.Rows;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.model.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// Measures how long a prefill holds up the other threads of the JVM.
///
/// `MeasureStalls MODEL [PREPARED [SECONDS]]`. The JVM stops all threads for a moment now and then,
/// and waits for those in emitted code, since a call of it is not interrupted. So one thread asks
/// for such a stop every few milliseconds, and a timer wakes every millisecond and takes down how
/// late it is: beside nothing; beside threads that count, which stop at once; beside a prefill.
/// With a processor left free, what is seen is what the work does; with all processors taken, that
/// threads wait for one too, alike beside both.
///
/// Ends with exit code 1 where, with a processor left free, the JVM waited for the prefill more
/// than 5 ms longer than for the threads that count, but for one stop in a hundred. On a machine
/// that is busy with something else threads come late whatever they do, and the figures say little.
public final class MeasureStalls {
  private static final int PROMPT = 512;
  private static final int DEFAULT_SECONDS = 12;
  private static final long TIMER_NANOS = 1_000_000;
  private static final long STOP_NANOS = 4_000_000;
  private static final double LIMIT_MILLIS = 5;

  /// A digest for files that this program alone reads.
  private static final String DIGEST = "0".repeat(64);

  private final long phaseNanos;
  private volatile boolean ended;
  private volatile long counted;

  private MeasureStalls(int seconds) {
    this.phaseNanos = seconds * 1_000_000_000L;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 1 || args.length > 3) {
      System.err.println("usage: MeasureStalls MODEL [PREPARED [SECONDS]]");
      System.exit(2);
    }
    int processors = Runtime.getRuntime().availableProcessors();
    int fewer = Math.max(1, processors - 1);
    Path path = Path.of(args[0]);
    Optional<Path> prepared = args.length > 1 ? Optional.of(Path.of(args[1])) : Optional.empty();
    System.out.println(
        "| beside | stops | to stop all threads, ms: median | p99 | most"
            + " | timer late, ms: median | p99 | most |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : DEFAULT_SECONDS;
    MeasureStalls measure = new MeasureStalls(seconds);
    measure.phase("nothing", () -> LockSupport.parkNanos(measure.phaseNanos));
    double longer = measure.besideWork(path, prepared, fewer);
    if (fewer < processors) {
      measure.besideWork(path, prepared, processors);
    }
    System.exit(longer <= LIMIT_MILLIS ? 0 : 1);
  }

  /// @return how many milliseconds longer the stops beside the prefill took than those beside
  ///   counting, all but one of a hundred
  private double besideWork(Path path, Optional<Path> copy, int threads)
      throws IOException, InterruptedException {
    ModelOptions options = ModelOptions.of(KernelOptions.defaults().withThreads(threads));
    if (copy.isPresent() && !Files.exists(copy.get())) {
      try (Model model = Model.open(path, options)) {
        PreparedFile.write(copy.get(), DIGEST, model.kernels().matrices(), (b, total) -> {});
      }
    }
    Optional<PreparedFile> prepared = copy.map(file -> PreparedFile.open(file, DIGEST));
    try (Model model = Model.open(path, options, prepared)) {
      prefillUntil(System.nanoTime() + phaseNanos / 3, model);
      double counting = phase("counting, threads: " + threads, () -> countUntilEnd(threads));
      long end = System.nanoTime() + phaseNanos;
      return phase("prefill, threads: " + threads, () -> prefillUntil(end, model)) - counting;
    }
  }

  private void countUntilEnd(int threads) {
    long end = System.nanoTime() + phaseNanos;
    Thread[] others = new Thread[threads - 1];
    Arrays.setAll(others, i -> Thread.ofPlatform().daemon().start(() -> countUntil(end)));
    countUntil(end);
  }

  private void countUntil(long end) {
    long sum = 0;
    while (System.nanoTime() < end) {
      for (int i = 0; i < 1000; i++) {
        sum += i ^ sum;
      }
    }
    counted = sum;
  }

  private static void prefillUntil(long end, Model model) {
    int[] tokens =
        new Random(3)
            .ints(PROMPT, 0, Math.min(100_000, model.architecture().vocabSize()))
            .toArray();
    Rows logits = Rows.allocate(1, model.architecture().vocabSize());
    do {
      try (Sequence sequence = model.newSequence(PROMPT)) {
        model.forward(sequence, tokens, 0, PROMPT, LogitsOf.LAST, logits);
      }
    } while (System.nanoTime() < end);
  }

  /// @return milliseconds that all but one of a hundred stops took at most
  private double phase(String name, Runnable work) throws IOException, InterruptedException {
    ended = false;
    LongStream.Builder late = LongStream.builder();
    Path file = Files.createTempFile("stalls", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.SafepointStateSynchronization").withThreshold(Duration.ZERO);
      recording.start();
      Thread timer = Thread.ofPlatform().start(() -> time(late));
      Thread stopper = Thread.ofPlatform().start(this::stopAllThreads);
      work.run();
      ended = true;
      timer.join();
      stopper.join();
      recording.stop();
      recording.dump(file);
      double[] stops =
          RecordingFile.readAllEvents(file).stream()
              .map(RecordedEvent::getDuration)
              .mapToDouble(duration -> duration.toNanos() / 1e6)
              .sorted()
              .toArray();
      double[] lateMillis = late.build().mapToDouble(nanos -> nanos / 1e6).sorted().toArray();
      print(name, stops, lateMillis);
      return at(stops, 0.99);
    } finally {
      Files.delete(file);
    }
  }

  private void time(LongStream.Builder late) {
    while (!ended) {
      long start = System.nanoTime();
      LockSupport.parkNanos(TIMER_NANOS);
      late.add(System.nanoTime() - start - TIMER_NANOS);
    }
  }

  /// Reading all stacks stops all threads for a moment, without collecting garbage.
  private void stopAllThreads() {
    while (!ended) {
      counted += Thread.getAllStackTraces().size();
      LockSupport.parkNanos(STOP_NANOS);
    }
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }

  private static void print(String name, double[] stops, double[] late) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f |%n",
        name,
        stops.length,
        at(stops, 0.5),
        at(stops, 0.99),
        at(stops, 1),
        at(late, 0.5),
        at(late, 0.99),
        at(late, 1));
  }
}
