package dev.freehold.train.transcript;

import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.train.TrainException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A transcript as its file says it, every line checked for its form and for the chain of hashes.
///
/// One JSON object to a line, each ended by a line feed, fields in a fixed order without spaces.
/// The first line is the header: `format` and what the run is made from, by name. Every other line
/// is a [StepRecord]. The last field of each is `chain`: SHA-256 of the chain before it, as digits
/// (nothing for the header), and of the line without that field.
public final class RecordedTranscript {
  /// The form of the file.
  public static final int FORMAT = 2;

  private static final long MOST_BYTES = 1L << 30;
  private static final int MOST_LINE_BYTES = 1 << 16;

  private final Path file;
  private final Map<String, String> header = new LinkedHashMap<>();
  private final List<StepRecord> steps = new ArrayList<>();
  private final List<String> chains = new ArrayList<>();
  private int length;

  private RecordedTranscript(Path file) {
    this.file = file;
  }

  /// Reads a transcript.
  ///
  /// @throws TrainException that names the line where it is broken off, was changed, or is not as
  ///   transcripts of this format are
  public static RecordedTranscript read(Path file) {
    byte[] bytes = bytes(file);
    RecordedTranscript transcript = endedLines(file, bytes);
    if (transcript.length < bytes.length) {
      throw new TrainException(
          "%s, line %d: not written to its end; train --resume writes it again"
              .formatted(file, transcript.chains.size() + 1));
    }
    if (transcript.chains.isEmpty()) {
      throw new TrainException(file + ": an empty transcript");
    }
    return transcript;
  }

  /// Reads the lines that were written to their end.
  static RecordedTranscript readEndedLines(Path file) {
    return endedLines(file, bytes(file));
  }

  private static RecordedTranscript endedLines(Path file, byte[] bytes) {
    RecordedTranscript transcript = new RecordedTranscript(file);
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] == '\n') {
        transcript.line(bytes, transcript.length, at);
        transcript.length = at + 1;
      }
    }
    return transcript;
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new TrainException(
            "%s: a transcript has at most %d bytes, found %d"
                .formatted(file, MOST_BYTES, Files.size(file)));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new TrainException(file + ": no such file", e);
    } catch (IOException e) {
      throw new TrainException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  private void line(byte[] bytes, int from, int to) {
    int number = chains.size() + 1;
    String where = number == 1 ? "header" : "step " + (number - 1);
    where = "%s, line %d, %s".formatted(file, number, where);
    if (to - from > MOST_LINE_BYTES) {
      throw new TrainException(where + ": longer than " + MOST_LINE_BYTES + " bytes");
    }
    String line;
    try {
      line =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, from, to - from))
              .toString();
    } catch (CharacterCodingException e) {
      throw new TrainException(where + ": no text in UTF-8; the file was changed", e);
    }
    int end = line.lastIndexOf(",\"chain\":\"");
    String body = end < 0 ? "" : line.substring(0, end) + "}";
    String chain = Sha256.of(root() + body);
    if (!line.equals(lineOf(body, chain))) {
      throw new TrainException(
          where + ": the chain of hashes is broken; this line or its place was changed");
    }
    JsonNode node;
    try {
      node = StrictJson.parse(body.getBytes(StandardCharsets.UTF_8), where);
    } catch (TensorException e) {
      throw new TrainException(where + ": no JSON: " + e.getMessage(), e);
    }
    String canonical = number == 1 ? header(node, where) : step(node, where);
    if (!canonical.equals(body)) {
      throw new TrainException("%s: expected %s, found %s".formatted(where, canonical, body));
    }
    chains.add(chain);
  }

  private String header(JsonNode node, String where) {
    if (node.path("format").asInt(0) != FORMAT) {
      throw new TrainException(
          "%s: format: this program reads %d, found %s; verify it with the version that wrote it"
              .formatted(where, FORMAT, node.path("format")));
    }
    node.properties().stream()
        .filter(field -> !field.getKey().equals("format"))
        .forEach(field -> header.put(field.getKey(), field.getValue().asString("")));
    return headerOf(header);
  }

  private String step(JsonNode node, String where) {
    StepRecord record = StepRecord.of(node, where);
    if (record.step() != steps.size() + 1L) {
      throw new TrainException(
          "%s: step: expected %d, found %d".formatted(where, steps.size() + 1, record.step()));
    }
    steps.add(record);
    return bodyOf(record);
  }

  static String headerOf(Map<String, String> header) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.putAll(header);
    return JsonMapper.shared().writeValueAsString(fields);
  }

  static String bodyOf(StepRecord record) {
    return JsonMapper.shared().writeValueAsString(record.fields());
  }

  static String lineOf(String body, String chain) {
    return "%s,\"chain\":\"%s\"}"
        .formatted(body.substring(0, Math.max(0, body.length() - 1)), chain);
  }

  /// Where it was read from.
  public Path file() {
    return file;
  }

  /// What the run is made from, by name.
  public Map<String, String> header() {
    return Map.copyOf(header);
  }

  /// The digest of the recipe.
  public String recipe() {
    return header.getOrDefault("recipe", "");
  }

  /// How many steps it holds.
  public long steps() {
    return steps.size();
  }

  /// What a step, from 1 on, committed to.
  public StepRecord step(long step) {
    if (step < 1 || step > steps.size()) {
      throw new TrainException(
          "%s: holds steps 1 to %d, not step %d".formatted(file, steps.size(), step));
    }
    return steps.get((int) step - 1);
  }

  /// The chain after a step, which stands for all up to there; after step 0 for the header.
  public String chain(long step) {
    return chains.get((int) step);
  }

  /// The chain of the last line.
  public String root() {
    return chains.isEmpty() ? "" : chains.getLast();
  }

  /// Bytes of the lines that were read.
  long length() {
    return length;
  }
}
