package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.Tensor;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A system that refuses executable memory gets the vector tier, and is told so.
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class RefusedMemoryTest {
  @Test
  void theVectorTierTakesOver(@TempDir Path folder) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(folder.resolve("prepared"))).redirectErrorStream(true).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    Assumptions.assumeFalse(lines.contains("not supported"), "the kernel cannot refuse");
    assertThat(lines)
        .contains("vector-int8-prepared", "same bits")
        .anyMatch(line ->
            line.contains("machine-int8-prepared")
                && line.contains("this system gives no executable memory (mprotect: error"));
  }

  /// The compiler's own memory is taken before the system begins to refuse.
  private static List<String> command(Path file) {
    String path =
        Stream.of(Tensor.class, Kernels.class, RefusedProgram.class)
            .map(RefusedMemoryTest::classes)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:-UsePerfData",
        "-XX:+UseSerialGC",
        "-XX:ReservedCodeCacheSize=64m",
        "-XX:InitialCodeCacheSize=64m",
        "--add-modules",
        "jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        path,
        RefusedProgram.class.getName(),
        file.toString());
  }

  /// The folder or jar that a class is in.
  private static String classes(Class<?> type) {
    String name = type.getName().replace('.', '/') + ".class";
    String place = String.valueOf(type.getResource("/" + name));
    String root = place.substring(0, place.length() - name.length());
    if (root.startsWith("jar:")) {
      root = root.substring("jar:".length(), root.length() - "!/".length());
    }
    return Path.of(URI.create(root)).toString();
  }
}
