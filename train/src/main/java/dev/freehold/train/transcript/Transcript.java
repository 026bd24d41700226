package dev.freehold.train.transcript;

import dev.freehold.tensor.StrictJson;
import dev.freehold.train.TrainException;
import dev.freehold.train.step.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The record of a run, one JSON line for each step, that only grows: what the step read, what came
/// out, and a chain of hashes over all lines.
///
/// The first line names the recipe, the tokenizer and the data. The chain of a line is SHA-256 of
/// the chain before it and of the line's other fields as JSON. A line that is there already is
/// compared with what is computed again: a run that is resumed must repeat itself to the bit.
public final class Transcript {
  private static final int MOST_LINE_BYTES = 1 << 16;

  /// What a step commits to.
  ///
  /// @param batch SHA-256 of its tokens and targets
  /// @param loss mean over the targets that count
  /// @param norm of the gradient, before clipping
  /// @param rate learning rate
  /// @param state digest of weights and optimizer state after it, at an interval
  public record Entry(
      long step, String batch, float loss, float norm, float rate, Optional<String> state) {}

  private final Path file;
  private final List<String> lines = new ArrayList<>();
  private final boolean readOnly;
  private String chain;
  private int next;

  private Transcript(Path file, boolean readOnly) {
    this.file = file;
    this.readOnly = readOnly;
    this.chain = "";
  }

  /// Opens the transcript of a run, or begins one.
  ///
  /// @param header what the run is made from, by name
  /// @throws TrainException where the file is of another run, or its chain is broken
  public static Transcript open(Path file, Map<String, String> header) {
    return open(file, header, false);
  }

  /// Opens a transcript for comparing alone; a step that it does not hold is an error.
  public static Transcript read(Path file, Map<String, String> header) {
    return open(file, header, true);
  }

  private static Transcript open(Path file, Map<String, String> header, boolean readOnly) {
    Transcript transcript = new Transcript(file, readOnly);
    try {
      if (Files.exists(file)) {
        transcript.lines.addAll(wholeLines(file, readOnly));
      }
    } catch (IOException e) {
      throw new TrainException("%s: cannot be read: %s".formatted(file, e), e);
    }
    Map<String, Object> first = new LinkedHashMap<>();
    first.put("format", 1);
    first.putAll(header);
    transcript.record(first, "the run's recipe, tokenizer or data");
    return transcript;
  }

  /// The lines that were written to their end; what a kill left of the last one is cut off.
  private static List<String> wholeLines(Path file, boolean readOnly) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    int end = text.lastIndexOf('\n') + 1;
    if (end < text.length() && !readOnly) {
      Files.writeString(file, text.substring(0, end), StandardCharsets.UTF_8);
    }
    return text.substring(0, end).lines().toList();
  }

  /// Commits to a step.
  ///
  /// @throws TrainException where the transcript already says otherwise
  public void add(Entry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", entry.step());
    fields.put("batch", entry.batch());
    fields.put("loss", bits(entry.loss()));
    fields.put("norm", bits(entry.norm()));
    fields.put("rate", bits(entry.rate()));
    entry.state().ifPresent(state -> fields.put("state", state));
    record(fields, "step " + entry.step());
  }

  private static String bits(float value) {
    return HexFormat.of().toHexDigits(Float.floatToRawIntBits(value));
  }

  private void record(Map<String, Object> fields, String what) {
    String body = JsonMapper.shared().writeValueAsString(fields);
    String before = chain;
    chain = sha256((before + body).getBytes(StandardCharsets.UTF_8));
    Map<String, Object> whole = new LinkedHashMap<>(fields);
    whole.put("chain", chain);
    String line = JsonMapper.shared().writeValueAsString(whole);
    if (next < lines.size()) {
      if (!lines.get(next).equals(line)) {
        throw new TrainException(
            "%s, line %d: %s was computed as %s, the transcript says %s"
                .formatted(file, next + 1, what, line, shortened(lines.get(next))));
      }
    } else if (readOnly) {
      throw new TrainException("%s: does not hold %s".formatted(file, what));
    } else {
      lines.add(line);
      try {
        Files.writeString(
            file,
            line + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new TrainException("%s: cannot be written: %s".formatted(file, e), e);
      }
    }
    next++;
  }

  private static String shortened(String line) {
    return line.length() > 1000 ? line.substring(0, 1000) + "..." : line;
  }

  /// Goes on after a step that is not computed again; its lines and all before are checked for
  /// their chain alone.
  ///
  /// @throws TrainException where a line is missing, or the chain is broken
  public void skipTo(long step) {
    for (long i = 1; i <= step; i++) {
      if (next >= lines.size()) {
        throw new TrainException(
            "%s: ends after step %d; the checkpoint is of step %d".formatted(file, i - 1, step));
      }
      String line = lines.get(next);
      if (line.length() > MOST_LINE_BYTES) {
        throw new TrainException("%s, line %d: too long".formatted(file, next + 1));
      }
      JsonNode node =
          StrictJson.parse(line.getBytes(StandardCharsets.UTF_8), file + ", line " + (next + 1));
      String claimed = node.path("chain").asString("");
      String end = ",\"chain\":\"" + claimed + "\"}";
      String body = line.endsWith(end) ? line.substring(0, line.length() - end.length()) + "}" : "";
      String computed = sha256((chain + body).getBytes(StandardCharsets.UTF_8));
      if (!computed.equals(claimed) || node.path("step").asLong(-1) != i) {
        throw new TrainException(
            "%s, line %d: the chain of hashes is broken; the file was changed"
                .formatted(file, next + 1));
      }
      chain = claimed;
      next++;
    }
  }

  /// Steps that the transcript holds, whether they were gone through yet or not.
  public long recordedSteps() {
    return lines.size() - 1L;
  }

  /// The last line's chain, which stands for the whole run so far.
  public String root() {
    return chain;
  }

  /// SHA-256 of the tokens and targets of a step's batches, little-endian.
  public static String digest(List<Batch> batches) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Batch batch : batches) {
        for (int[] values : List.of(batch.tokens(), batch.targets())) {
          ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
          bytes.asIntBuffer().put(values);
          digest.update(bytes);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new TrainException("this JDK has no SHA-256", e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new TrainException("this JDK has no SHA-256", e);
    }
  }
}
