package dev.freehold.agent.record;

import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Records of runs: lines of JSON, the first with the run's head, one for each step, and one with
/// which the file ends.
///
/// Each line but the first has the digest of all before it, so that a line that is changed, left
/// out or put elsewhere is found. Whoever changes all digests can change all: who vouches for a
/// record signs it.
public final class RunFile {
  /// How a record's first line begins.
  public static final String MARK = "{\"freehold\":\"agent-run\",";

  private static final String TYPE = "agent-run";

  /// 2: settings say how answers were computed. Files of version 1 do not, and are read.
  private static final int VERSION = 2;

  private static final int MAX_LINE = 32 << 20;
  private static final long MAX_FILE = 1L << 30;
  private static final int MAX_STEPS = 1_000_000;
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MAX_LINE, 96, MAX_LINE, 256, 1 << 16);

  private RunFile() {}

  /// Writes a run down as far as it went: up to its first step that is not finished.
  ///
  /// @return the record's digest
  public static String write(RunHead head, List<Step> steps, OutputStream out) {
    List<Step> finished = new ArrayList<>();
    for (Step step : steps) {
      if (!step.isFinished()) {
        break;
      }
      finished.add(step);
    }
    try {
      String chain = line(out, "", head(head, finished.size()));
      for (Step step : finished) {
        chain = line(out, chain, StepJson.write(step));
      }
      return line(out, chain, JsonNodeFactory.instance.objectNode().put("end", finished.size()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static ObjectNode head(RunHead head, int steps) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("freehold", TYPE)
        .put("version", VERSION)
        .put("id", head.id())
        .put("kind", head.kind())
        .put("title", head.title());
    json.set("settings", head.settings());
    json.put("state", head.state().name())
        .put("note", head.note())
        .put("created", head.created().toString())
        .put("changed", head.changed().toString());
    head.origin().ifPresent(origin -> json.put("origin", origin));
    return json.put("steps", steps);
  }

  /// Writes a line with the digest of all before it.
  ///
  /// @return the digest of all up to this line
  private static String line(OutputStream out, String chain, ObjectNode json) throws IOException {
    if (!chain.isEmpty()) {
      json.put("before", chain);
    }
    String text = json.toString();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
    return next(chain, text);
  }

  private static String next(String chain, String line) {
    return Sha256.of(chain + "\n" + line);
  }

  /// Reads a record and checks that it is whole.
  ///
  /// @throws RecordException where it is none, or was changed, or cut
  public static RecordedRun read(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      if (Files.size(file) > MAX_FILE) {
        throw new RecordException(
            "%s: has %,d bytes; records have at most %,d"
                .formatted(file, Files.size(file), MAX_FILE));
      }
      return new Reading(file, in).run();
    } catch (IOException failure) {
      throw new RecordException("%s: cannot be read: %s".formatted(file, failure), failure);
    }
  }

  /// Whether a file begins as a record does.
  public static boolean isRecord(Path file) {
    byte[] mark = MARK.getBytes(StandardCharsets.UTF_8);
    try (InputStream in = Files.newInputStream(file)) {
      return Files.isRegularFile(file) && java.util.Arrays.equals(in.readNBytes(mark.length), mark);
    } catch (IOException unreadable) {
      return false;
    }
  }

  /// A file that is being read.
  private static final class Reading {
    private final Path file;
    private final InputStream in;
    private String chain = "";
    private int number;

    Reading(Path file, InputStream in) {
      this.file = file;
      this.in = in;
    }

    RecordedRun run() throws IOException {
      JsonNode first = next();
      if (!first.path("freehold").asString("").equals(TYPE)) {
        throw wrong("is no record of an agent's run");
      }
      int version = first.path("version").asInt(0);
      if (version < 1 || version > VERSION) {
        throw wrong(
            "has version %s; this program reads versions 1 to %d"
                .formatted(first.path("version"), VERSION));
      }
      RunHead head = StepJson.head(first, file);
      int count = first.path("steps").asInt(-1);
      if (count < 0 || count > MAX_STEPS) {
        throw wrong("has %s steps".formatted(first.path("steps")));
      }
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        JsonNode line = next();
        Step step = StepJson.read(head.id(), line, "%s, line %d".formatted(file, number));
        if (step.position() != i) {
          throw wrong("step %d stands where step %d must".formatted(step.position(), i));
        }
        steps.add(step);
      }
      if (next().path("end").asInt(-1) != count) {
        throw wrong("expected the end");
      }
      if (in.read() >= 0) {
        throw wrong("something follows the end");
      }
      return new RecordedRun(head, steps, chain);
    }

    private JsonNode next() throws IOException {
      number++;
      String text = line();
      JsonNode json;
      try {
        json =
            StrictJson.parse(
                text.getBytes(StandardCharsets.UTF_8), file + ", line " + number, LIMITS);
      } catch (TensorException failure) {
        throw new RecordException(String.valueOf(failure.getMessage()), failure);
      }
      Optional<String> before = Optional.ofNullable(json.get("before")).map(JsonNode::asString);
      if (!json.isObject() || !before.orElse("").equals(chain)) {
        throw wrong("was changed, or a line before it was");
      }
      chain = RunFile.next(chain, text);
      return json;
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw wrong("the file ends before the run's end: it was cut");
        }
        if (line.size() == MAX_LINE) {
          throw wrong("is longer than %,d bytes".formatted(MAX_LINE));
        }
        line.write(c);
      }
      return line.toString(StandardCharsets.UTF_8);
    }

    private RecordException wrong(String what) {
      return new RecordException("%s, line %d: %s".formatted(file, number, what));
    }
  }
}
