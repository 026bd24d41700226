package dev.freehold.agent.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Processes that belong together, as the system lists them now.
final class ProcessTree {
  private static final Path PROCESSES = Path.of("/proc");
  private static final int STATE = 0;
  private static final int PARENT = 1;
  private static final int GROUP = 2;

  private ProcessTree() {}

  /// The processes below `root`, without it.
  static List<Integer> below(int root) {
    Map<Integer, List<Integer>> children = new HashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : all) {
        int parent = parent(process);
        if (parent > 0) {
          children
              .computeIfAbsent(parent, p -> new ArrayList<>())
              .add(Integer.parseInt(process.getFileName().toString()));
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      throw new SandboxException("the running processes cannot be listed: " + e.getMessage(), e);
    }
    List<Integer> found = new ArrayList<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      List<Integer> next = children.getOrDefault(open.removeFirst(), List.of());
      found.addAll(next);
      open.addAll(next);
    }
    return found;
  }

  /// The processes of a group that can still do something.
  static List<Integer> inGroup(int group) {
    List<Integer> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : all) {
        String[] fields = fields(process);
        if (fields.length > GROUP
            && fields[GROUP].equals(Integer.toString(group))
            && !fields[STATE].equals("Z")
            && !fields[STATE].equals("X")) {
          found.add(Integer.parseInt(process.getFileName().toString()));
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      throw new SandboxException("the running processes cannot be listed: " + e.getMessage(), e);
    }
    return found;
  }

  /// How many threads the processes of this program's user have.
  static int threadsOfThisUser() {
    int threads = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      Object user = Files.getAttribute(PROCESSES.resolve("self"), "unix:uid");
      for (Path process : all) {
        String status = read(process.resolve("status"));
        if (status.contains("\nUid:\t" + user + "\t")) {
          threads += Integer.parseInt(status.replaceAll("(?s).*\nThreads:\\s*(\\d+).*", "$1"));
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      throw new SandboxException("the running processes cannot be listed: " + e.getMessage(), e);
    }
    return threads;
  }

  /// 0 where the process has ended.
  private static int parent(Path process) {
    String[] fields = fields(process);
    return fields.length > PARENT ? Integer.parseInt(fields[PARENT]) : 0;
  }

  /// What the system says of a process after its name.
  private static String[] fields(Path process) {
    String stat = read(process.resolve("stat"));
    return stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
  }

  /// Memory of a process that no file backs; 0 where it has ended.
  static long ownMemory(int pid) {
    for (String line : read(PROCESSES.resolve(pid + "/status")).split("\n")) {
      if (line.startsWith("RssAnon:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    return 0;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException ended) {
      return "";
    }
  }
}
