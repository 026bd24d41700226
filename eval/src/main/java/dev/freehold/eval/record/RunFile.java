package dev.freehold.eval.record;

import dev.freehold.eval.EvalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The file of a run: JSON lines, only ever appended to, one process at a time.
///
/// A process that is killed leaves at most its last line unfinished; that line counts for nothing
/// and is taken off before more is appended.
public final class RunFile implements AutoCloseable {
  /// What the names of runs' files end in.
  public static final String SUFFIX = ".jsonl";

  private final Path file;
  private final FileChannel channel;

  private RunFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Begins a run in a folder, which is made where it is missing.
  public static RunFile begin(Path folder, RunHeader header, List<TaskText> tasks) {
    Path file = folder.resolve(header.id() + SUFFIX);
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      RunFile run = new RunFile(file, channel);
      run.lock();
      run.append(RunLines.write(header));
      tasks.forEach(task -> run.append(RunLines.write(task)));
      return run;
    } catch (FileAlreadyExistsException exists) {
      throw new EvalException("%s: exists; a run has a file of its own".formatted(file), exists);
    } catch (IOException e) {
      throw new EvalException("%s: cannot be made: %s".formatted(file, e), e);
    }
  }

  /// Opens the file of a run that is to go on.
  public static RunFile resume(Path file) {
    long whole = wholeBytes(file);
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      RunFile run = new RunFile(file, channel);
      run.lock();
      channel.truncate(whole);
      channel.position(whole);
      return run;
    } catch (IOException e) {
      throw new EvalException("%s: cannot be written: %s".formatted(file, e), e);
    }
  }

  private static long wholeBytes(Path file) {
    try (JsonLines lines = JsonLines.open(file)) {
      while (lines.nextWhole().isPresent()) {
        // only where the last whole line ends matters
      }
      return lines.wholeBytes();
    }
  }

  private void lock() throws IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException ofThisProcess) {
      // the same as a lock of another process
    }
    if (lock == null) {
      channel.close();
      throw new EvalException(
          "%s: another process writes to it; wait for it to end".formatted(file));
    }
  }

  public Path file() {
    return file;
  }

  public void append(ItemResult result) {
    append(RunLines.write(result));
  }

  public void append(PairResult result) {
    append(RunLines.write(result));
  }

  private synchronized void append(ObjectNode line) {
    byte[] bytes = (RunLines.text(line) + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer left = ByteBuffer.wrap(bytes);
    try {
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } catch (IOException e) {
      throw new EvalException("%s: cannot be written: %s".formatted(file, e), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new EvalException("%s: cannot be closed: %s".formatted(file, e), e);
    }
  }

  /// Only what a run is.
  public static RunHeader header(Path file) {
    try (JsonLines lines = JsonLines.open(file)) {
      return RunLines.header(first(file, lines));
    }
  }

  private static JsonLines.Line first(Path file, JsonLines lines) {
    return lines
        .nextWhole()
        .orElseThrow(() -> new EvalException("%s: holds no run".formatted(file)));
  }

  /// A run as its file has it. A later line on the same task and backend takes the place of an
  /// earlier one.
  public static RecordedRun read(Path file) {
    try (JsonLines lines = JsonLines.open(file)) {
      RunHeader header = RunLines.header(first(file, lines));
      Set<String> backends = new HashSet<>();
      header.backends().forEach(backend -> backends.add(backend.name()));
      Map<String, TaskText> tasks = new LinkedHashMap<>();
      Map<ItemResult.Key, ItemResult> items = new LinkedHashMap<>();
      Map<PairResult.Key, PairResult> pairs = new LinkedHashMap<>();
      for (Optional<JsonLines.Line> line = lines.nextWhole();
          line.isPresent();
          line = lines.nextWhole()) {
        Fields fields = Fields.of(line.get().object(), line.get().at());
        switch (fields.requiredString("kind")) {
          case "item" -> {
            ItemResult item = RunLines.item(fields);
            require(backends, item.backend(), fields, "backend");
            items.put(item.key(), item);
          }
          case "task" -> {
            TaskText task = RunLines.text(fields);
            tasks.put(task.id(), task);
          }
          case "pair" -> {
            PairResult pair = RunLines.pair(fields);
            require(backends, pair.first(), fields, "first");
            require(backends, pair.second(), fields, "second");
            pairs.put(pair.key(), pair);
          }
          default -> throw fields.wrong("kind", "expected task, item or pair");
        }
      }
      return new RecordedRun(
          header, tasks, new ArrayList<>(items.values()), new ArrayList<>(pairs.values()));
    }
  }

  private static void require(Set<String> backends, String name, Fields fields, String field) {
    if (!backends.contains(name)) {
      throw fields.wrong(field, "\"%s\" is no backend of this run".formatted(name));
    }
  }

  /// The name of a run by its file.
  public static String id(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /// The files of the runs in a folder, by name, so the oldest first; none where there is no
  /// folder.
  public static List<Path> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparing(RunFile::id))
          .toList();
    } catch (IOException e) {
      throw new EvalException("%s: cannot be read: %s".formatted(folder, e), e);
    }
  }
}
