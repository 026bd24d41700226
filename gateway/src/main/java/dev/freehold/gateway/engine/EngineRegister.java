package dev.freehold.gateway.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which processes of engines run, so that those of a Freehold that was killed are found and ended
/// by the next one.
///
/// Each is an empty file whose name says its id and start, and those of the Freehold that looks
/// after it: there is nothing that could be half written.
public final class EngineRegister {
  private static final Pattern NAME =
      Pattern.compile("(\\d{1,10})-(\\d{1,15})-of-(\\d{1,10})-(\\d{1,15})");
  private static final int MOST = 10_000;

  /// How far two readings of the start of one process may be apart: it is counted from when the
  /// machine was started, which a corrected clock moves.
  private static final Duration SLACK = Duration.ofSeconds(2);

  private final Optional<Path> folder;

  private EngineRegister(Optional<Path> folder) {
    this.folder = folder;
  }

  /// A register in a folder of this user, which is made where it is not there.
  public static EngineRegister in(Path folder) {
    return new EngineRegister(Optional.of(folder));
  }

  /// Keeps nothing.
  public static EngineRegister none() {
    return new EngineRegister(Optional.empty());
  }

  /// Writes down that a process runs.
  ///
  /// @return the entry; empty where none is kept
  /// @throws IOException where that cannot be done
  Optional<Path> add(ProcessHandle process) throws IOException {
    Optional<Path> entry = entry(process);
    if (entry.isPresent() && folder.isPresent()) {
      Files.createDirectories(folder.get());
      Files.write(entry.get(), new byte[0]);
    }
    return entry;
  }

  /// Crosses out a process that ended.
  static void delete(Path entry) {
    try {
      Files.deleteIfExists(entry);
    } catch (IOException kept) {
      return; // the next start finds that the process is not there
    }
  }

  private Optional<Path> entry(ProcessHandle process) {
    Optional<String> engine = id(process);
    Optional<String> owner = id(ProcessHandle.current());
    return folder.isPresent() && engine.isPresent() && owner.isPresent()
        ? Optional.of(folder.get().resolve(engine.get() + "-of-" + owner.get()))
        : Optional.empty();
  }

  /// Empty where the system does not tell when the process was started.
  private static Optional<String> id(ProcessHandle process) {
    return process.info().startInstant().map(start -> process.pid() + "-" + start.toEpochMilli());
  }

  /// Ends the processes of engines whose Freehold is gone.
  ///
  /// @param told of each, in one line
  public void endLeftBehind(Consumer<String> told) {
    if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
      return;
    }
    List<Path> entries;
    try (Stream<Path> files = Files.list(folder.get())) {
      entries = files.limit(MOST).toList();
    } catch (IOException unreadable) {
      told.accept("engines that were left behind are not looked for: " + unreadable);
      return;
    }
    List<Path> done = new ArrayList<>();
    List<ProcessHandle> left = new ArrayList<>();
    for (Path entry : entries) {
      Matcher name = NAME.matcher(String.valueOf(entry.getFileName()));
      if (name.matches() && find(name.group(3), name.group(4)).isEmpty()) {
        find(name.group(1), name.group(2)).ifPresent(left::add);
        done.add(entry);
      }
    }
    left.forEach(process ->
        told.accept(
            "process %d, an engine of a Freehold that was killed, is ended"
                .formatted(process.pid())));
    ProcessTree.end(ProcessTree.withDescendants(Set.copyOf(left)));
    done.forEach(EngineRegister::delete);
  }

  /// The process that has this id and was started at this time.
  private static Optional<ProcessHandle> find(String pid, String startMillis) {
    Instant start = Instant.ofEpochMilli(Long.parseLong(startMillis));
    return ProcessHandle.of(Long.parseLong(pid))
        .filter(ProcessHandle::isAlive)
        .filter(process ->
            process
                .info()
                .startInstant()
                .filter(now -> Duration.between(now, start).abs().compareTo(SLACK) <= 0)
                .isPresent());
  }
}
