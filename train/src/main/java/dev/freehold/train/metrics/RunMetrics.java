package dev.freehold.train.metrics;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.train.TrainException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/// What a run measured, step by step, as its `metrics.jsonl` tells.
///
/// Where a step stands there more than once, as after a resume, the later line counts. A last line
/// without its end, as an interrupted run may leave it, is left out.
///
/// Failures: a [TrainException] that names file, line and field.
///
/// @param name of the run, as the legend has it
/// @param points by ascending step; never empty
/// @param isCut whether a last line was left out
public record RunMetrics(String name, List<Point> points, boolean isCut) {
  /// The longest line that is read; those that runs write have about 130 bytes.
  private static final int MOST_LINE_BYTES = 1 << 14;

  private static final int MOST_LINES = 20_000_000;

  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MOST_LINE_BYTES, 8, MOST_LINE_BYTES, 64, 256);

  /// What was measured at a step.
  ///
  /// @param loss of the step's batch
  /// @param rate learning rate
  /// @param heldOut loss of documents that are not trained on, where it was measured
  public record Point(long step, double loss, double rate, OptionalDouble heldOut) {}

  public RunMetrics {
    points = List.copyOf(points);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("a run without a step");
    }
  }

  /// Reads the metrics of a run.
  ///
  /// @param run its folder, or the file itself
  public static RunMetrics read(Path run, String name) {
    Path file = Files.isDirectory(run) ? run.resolve(MetricsLog.FILE) : run;
    List<Point> lines = new ArrayList<>();
    boolean cut = false;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      Line line = new Line(file, in);
      while (line.next()) {
        if (line.isBlank()) {
          continue;
        }
        if (lines.size() == MOST_LINES) {
          throw new TrainException("%s: more than %d steps".formatted(file, MOST_LINES));
        }
        try {
          lines.add(line.point());
        } catch (TrainException e) {
          if (line.isWhole()) {
            throw e;
          }
          cut = true;
        }
      }
    } catch (NoSuchFileException e) {
      throw new TrainException(
          "%s: no such file; expected the folder of a run, in which freehold train writes %s"
              .formatted(file, MetricsLog.FILE),
          e);
    } catch (IOException e) {
      throw new TrainException("%s: cannot be read: %s".formatted(file, e), e);
    }
    if (lines.isEmpty()) {
      throw new TrainException("%s: no step in it yet".formatted(file));
    }
    return new RunMetrics(name, latest(lines), cut);
  }

  /// The last point of each step, by ascending step.
  private static List<Point> latest(List<Point> lines) {
    List<Point> sorted = new ArrayList<>(lines);
    sorted.sort(Comparator.comparingLong(Point::step));
    List<Point> latest = new ArrayList<>(sorted.size());
    for (Point point : sorted) {
      if (!latest.isEmpty() && latest.getLast().step() == point.step()) {
        latest.removeLast();
      }
      latest.add(point);
    }
    return latest;
  }

  /// The last held-out loss that was measured.
  OptionalDouble lastHeldOut() {
    return points.reversed().stream()
        .map(Point::heldOut)
        .filter(OptionalDouble::isPresent)
        .findFirst()
        .orElse(OptionalDouble.empty());
  }

  /// A line of the file while it is read.
  private static final class Line {
    private final Path file;
    private final InputStream in;
    private final byte[] bytes = new byte[MOST_LINE_BYTES];
    private long number;
    private int length;
    private boolean whole;

    Line(Path file, InputStream in) {
      this.file = file;
      this.in = in;
    }

    /// Whether there is another line.
    boolean next() throws IOException {
      number++;
      length = 0;
      int read = in.read();
      boolean some = read >= 0;
      while (read >= 0 && read != '\n') {
        if (length == bytes.length) {
          throw new TrainException(
              "%s: line %d: longer than %d bytes; no run writes such a line"
                  .formatted(file, number, bytes.length));
        }
        bytes[length++] = (byte) read;
        read = in.read();
      }
      whole = read == '\n';
      return some;
    }

    boolean isWhole() {
      return whole;
    }

    boolean isBlank() {
      for (int i = 0; i < length; i++) {
        if (bytes[i] > ' ') {
          return false;
        }
      }
      return true;
    }

    Point point() {
      JsonNode root;
      try {
        String source = "%s: line %d".formatted(file, number);
        root = StrictJson.parse(Arrays.copyOf(bytes, length), source, LIMITS);
      } catch (TensorException e) {
        throw new TrainException(String.valueOf(e.getMessage()), e);
      }
      JsonNode step = root.path("step");
      if (!step.canConvertToLong() || !step.isIntegralNumber() || step.asLong() < 1) {
        throw unexpected("step", "a number from 1", step);
      }
      OptionalDouble heldOut =
          root.has("held_out")
              ? OptionalDouble.of(number(root, "held_out"))
              : OptionalDouble.empty();
      return new Point(step.asLong(), number(root, "loss"), number(root, "rate"), heldOut);
    }

    private double number(JsonNode root, String field) {
      JsonNode value = root.path(field);
      double number = value.isNumber() ? value.asDouble() : Double.NaN;
      if (!(Math.abs(number) <= Float.MAX_VALUE)) {
        throw unexpected(field, "a finite number", value);
      }
      return number;
    }

    private TrainException unexpected(String field, String expected, JsonNode found) {
      String text = found.isMissingNode() ? "nothing" : found.toString();
      return new TrainException(
          "%s: line %d: %s: expected %s, found %s"
              .formatted(
                  file, number, field, expected, text.substring(0, Math.min(60, text.length()))));
    }
  }
}
