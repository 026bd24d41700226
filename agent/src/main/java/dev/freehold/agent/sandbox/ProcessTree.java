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

/// A process and all that descend from it, as the system lists them now.
final class ProcessTree {
  private static final Path PROCESSES = Path.of("/proc");
  private static final int PARENT_AFTER_NAME = 1;

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

  /// 0 where the process has ended.
  private static int parent(Path process) {
    String stat = read(process.resolve("stat"));
    int name = stat.lastIndexOf(')');
    if (name < 0) {
      return 0;
    }
    return Integer.parseInt(stat.substring(name + 1).trim().split(" ")[PARENT_AFTER_NAME]);
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
