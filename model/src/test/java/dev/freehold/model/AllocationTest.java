package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freehold.kernel.Kernels;
import dev.freehold.tensor.TensorStore;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.databind.JsonNode;

/// Nothing is allocated for a token that is decoded, once the code is compiled.
///
/// Each model in a process of its own, as models run: what the compiler makes of a kernel depends
/// on what the process has done before.
class AllocationTest {
  /// The folder or jar that a class is in; the tests' own folder is part of the module under test.
  private static String classes(Class<?> type) {
    String name = type.getName().replace('.', '/') + ".class";
    String place = String.valueOf(type.getResource("/" + name));
    String root = place.substring(0, place.length() - name.length());
    if (root.startsWith("jar:")) {
      root = root.substring("jar:".length(), root.length() - "!/".length());
    }
    return Path.of(URI.create(root)).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "llama3-rope, F32, 1",
    "qwen3.5, F32, 1",
    "qwen2, Q8_0, 2",
    "qwen2, Q4_0, 1",
  })
  void decodingAllocatesNothing(String name, String dtype, String threads)
      throws IOException, InterruptedException {
    String path =
        Stream.of(
                TensorStore.class,
                Kernels.class,
                Model.class,
                AllocationProgram.class,
                JsonNode.class,
                TokenStreamFactory.class,
                JsonInclude.class)
            .map(AllocationTest::classes)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-modules",
                    "jdk.incubator.vector",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    path,
                    AllocationProgram.class.getName(),
                    GoldenTest.golden(name).toString(),
                    dtype,
                    threads))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("allocated 0");
  }
}
