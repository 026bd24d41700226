package dev.freehold.train.metrics;

import dev.freehold.train.TrainException;
import dev.freehold.train.TrainingRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Writes what a run measures to `metrics.jsonl` in its folder: a line for each step.
///
/// A last line that is not whole, which a full disk or a power cut left, is cut off when a run goes
/// on. Steps that are computed again are written again; the later line counts.
public final class MetricsLog implements AutoCloseable {
  /// The file's name in the folder of a run.
  public static final String FILE = "metrics.jsonl";

  private final Path file;
  private final FileChannel channel;

  /// @param run folder of the run, which is there
  public MetricsLog(Path run) {
    this.file = run.resolve(FILE);
    try {
      this.channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      channel.truncate(endOfLines());
      channel.position(channel.size());
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /// The place after the last line break.
  private long endOfLines() throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    long end = channel.size();
    while (end > 0) {
      channel.read(one.clear(), end - 1);
      if (one.get(0) == '\n') {
        return end;
      }
      end--;
    }
    return 0;
  }

  /// Adds a step.
  public void add(TrainingRun.Result result, double tokensPerSecond) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", result.step());
    fields.put("loss", result.loss());
    fields.put("norm", result.norm());
    fields.put("rate", result.rate());
    fields.put("tokens_per_second", tokensPerSecond);
    result.heldOut().ifPresent(loss -> fields.put("held_out", loss));
    String line = JsonMapper.shared().writeValueAsString(fields) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private TrainException failure(IOException e) {
    return new TrainException("%s: cannot be written: %s".formatted(file, e), e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(e);
    }
  }
}
