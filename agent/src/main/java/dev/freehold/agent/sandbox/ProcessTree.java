package dev.freehold.agent.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Processes that belong together, as the system lists them now.
final class ProcessTree {
  private static final Path PROCESSES = Path.of("/proc");
  private static final int STATE = 0;
  private static final int GROUP = 2;
  private static final Pattern ALL_THREADS = Pattern.compile("\\d+/(\\d{1,9})");

  private ProcessTree() {}

  /// Those of the process namespace that `first` is the first of, without it.
  static List<Integer> inNamespaceOf(int first, int atMost) {
    Path namespace = namespace(first);
    return find(atMost, pid -> pid != first && namespace(pid).equals(namespace));
  }

  private static Path namespace(int pid) {
    try {
      return Files.readSymbolicLink(PROCESSES.resolve(pid + "/ns/pid"));
    } catch (IOException endedOrOfOthers) {
      return Path.of("none of " + pid);
    }
  }

  /// Those of a group that can still do something, without its leader.
  static List<Integer> inGroup(int group, int atMost) {
    String wanted = Integer.toString(group);
    return find(
        atMost,
        pid -> {
          String stat = read(PROCESSES.resolve(pid + "/stat"));
          String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
          return pid != group
              && fields.length > GROUP
              && fields[GROUP].equals(wanted)
              && !fields[STATE].equals("Z")
              && !fields[STATE].equals("X");
        });
  }

  /// The newest first: where there are too many, they are those.
  private static List<Integer> find(int atMost, IntPredicate belongs) {
    List<Integer> found = new ArrayList<>();
    for (int pid : all()) {
      if (found.size() >= atMost) {
        break;
      }
      if (belongs.test(pid)) {
        found.add(pid);
      }
    }
    return found;
  }

  private static List<Integer> all() {
    List<Integer> all = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : processes) {
        all.add(Integer.parseInt(process.getFileName().toString()));
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new SandboxException("the running processes cannot be listed: " + e.getMessage(), e);
    }
    all.sort(Comparator.reverseOrder());
    return all;
  }

  /// How many threads the processes of this program's user have.
  static int threadsOfThisUser() {
    Pattern counted =
        Pattern.compile("\nUid:\t" + user() + "\t.*\nThreads:\\s*(\\d{1,9})\n", Pattern.DOTALL);
    int threads = 0;
    for (int pid : all()) {
      Matcher matcher = counted.matcher(read(PROCESSES.resolve(pid + "/status")));
      threads += matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
    return threads;
  }

  /// Whether this program's user is one whom the kernel holds to no number of processes.
  static boolean isRoot() {
    return user().equals(0);
  }

  private static Object user() {
    try {
      return Files.getAttribute(PROCESSES.resolve("self"), "unix:uid");
    } catch (IOException e) {
      throw new SandboxException("this program's user is not told: " + e.getMessage(), e);
    }
  }

  /// How many threads the machine has, from one short file.
  static int threadsOfAll() {
    Matcher matcher = ALL_THREADS.matcher(read(PROCESSES.resolve("loadavg")));
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
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
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException ended) {
      return "";
    }
  }
}
