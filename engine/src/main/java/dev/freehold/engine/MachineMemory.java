package dev.freehold.engine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// How much memory this machine has to give, and how much this process has taken.
public final class MachineMemory {
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final Path STATUS = Path.of("/proc/self/status");

  private MachineMemory() {}

  /// Bytes that can be taken without swapping: what the kernel says is available, where it says so,
  /// but no more than this process may have in all.
  public static long availableBytes() {
    long total =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return Math.min(total, field(MEMORY_INFO, "MemAvailable:").orElse(total));
  }

  /// The most bytes of memory that this process has held, where the system tells.
  public static OptionalLong peakBytes() {
    return field(STATUS, "VmHWM:");
  }

  /// A line such as `VmHWM: 1234 kB`.
  private static OptionalLong field(Path file, String name) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(name)) {
          String number = line.substring(name.length()).replace("kB", "").strip();
          return OptionalLong.of(Long.parseLong(number) * 1024);
        }
      }
    } catch (IOException | NumberFormatException unknown) {
      // other systems have no such file
    }
    return OptionalLong.empty();
  }
}
