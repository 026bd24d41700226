package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pages that the system is asked to read at once.
final class MachinePagesTest {
  private static final int PAGE = 4096;

  @TempDir private Path folder;

  @Test
  void pagesOfAFileThatWasCutShortAreRefused() throws IOException {
    assumeTrue(MachineSupport.here().reason().isEmpty());
    Path file = Files.write(folder.resolve("weights"), new byte[5 * PAGE]);
    try (Arena arena = Arena.ofShared();
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, 5 * PAGE, arena);
      // Linux can do this from version 5.14 on.
      assumeTrue(MachinePages.populate(data.asSlice(100, 3 * PAGE)));
      channel.truncate(2 * PAGE);
      assertThat(MachinePages.populate(data.asSlice(100, 3 * PAGE))).isFalse();
      assertThat(MachinePages.populate(data.asSlice(100, PAGE))).isTrue();
    }
  }
}
