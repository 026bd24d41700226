package dev.freehold.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.Killing;
import dev.freehold.agent.journal.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run of ten calls whose process ends at every place that it writes at, again and again: it
/// comes to the same end as one that was left alone, and nothing is done twice or lost.
class KilledRunTest {
  @TempDir private Path folder;
  private Path source = Path.of("unset");

  /// What a run left: files, letters, and what its steps are and gave.
  private record Left(TreeMap<String, String> files, List<String> letters, List<String> steps) {}

  @BeforeEach
  void makeSource() throws IOException {
    source = Files.createDirectories(folder.resolve("source"));
    Files.writeString(source.resolve("a.txt"), "one\ntwo\n");
  }

  /// Has processes work on a run until it ends.
  private Left live(String name, Killing.Fate fate) throws IOException {
    Path place = Files.createDirectories(folder.resolve(name));
    for (int i = 0; i < 500; i++) {
      Optional<Ending> ending = TenCalls.process(place, source, fate);
      if (ending.isPresent() && ending.get().kind() == Ending.Kind.ANSWERED) {
        assertThat(ending.get().text()).isEqualTo("all done");
        return left(place);
      }
      TenCalls.approveAll(place);
    }
    throw new AssertionError("the run never ended");
  }

  private static Left left(Path place) throws IOException {
    List<String> steps = new ArrayList<>();
    try (Journal journal =
        Journal.open(place.resolve("j.sqlite"), () -> Instant.EPOCH, new Random(1))) {
      for (Step step : journal.steps(journal.runs(1).getFirst().id())) {
        assertThat(step.isFinished()).as("%s", step).isTrue();
        steps.add(
            step.call().key()
                + " "
                + step.call().name()
                + " "
                + step.result().path("text").asString("")
                + step.result().path("answer").asString(""));
      }
    }
    List<String> letters =
        contents(place.resolve("office")).values().stream()
            .filter(text -> !text.equals("folder"))
            .sorted()
            .toList();
    return new Left(contents(place.resolve("w/files")), letters, steps);
  }

  private static TreeMap<String, String> contents(Path root) throws IOException {
    TreeMap<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        boolean isFile = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        files.put(root.relativize(file).toString(), isFile ? Files.readString(file) : "folder");
      }
    }
    return files;
  }

  private Left whole() throws IOException {
    Left whole = live("whole", place -> false);
    assertThat(whole.letters()).containsExactly("{\"to\":\"Anna\"}", "{\"to\":\"Bert\"}");
    assertThat(whole.files().get("log")).isEqualTo("first half, second half\n".repeat(3));
    assertThat(whole.files().get("a.txt")).isEqualTo("1\n2\n");
    assertThat(whole.files().get("new/b.txt")).isEqualTo("b\n");
    return whole;
  }

  /// @param offset the first place at which it is killed
  /// @param stride from one place to the next
  private void killAtPlaces(int offset, int stride) throws IOException {
    Left whole = whole();
    AtomicInteger places = new AtomicInteger();
    live(
        "counted",
        place -> {
          places.incrementAndGet();
          return false;
        });
    assertThat(places.get()).isGreaterThan(50);
    for (int last = offset; last <= places.get(); last += stride) {
      AtomicInteger left = new AtomicInteger(last);
      Left killed = live("at" + last, place -> left.decrementAndGet() == 0);
      assertThat(killed).as("killed once, at place %d", last).isEqualTo(whole);
    }
  }

  private void killOften(int seeds) throws IOException {
    Left whole = whole();
    for (int seed = 0; seed < seeds; seed++) {
      Random random = new Random(seed);
      int[] kills = {0};
      int most = 1 + random.nextInt(8);
      Left killed =
          live(
              "seed" + seed,
              place -> {
                boolean ends = kills[0] < most && random.nextInt(12) == 0;
                kills[0] += ends ? 1 : 0;
                return ends;
              });
      assertThat(killed).as("seed %d, killed %d times", seed, kills[0]).isEqualTo(whole);
    }
  }

  @Test
  void aRunThatIsKilledAtOnePlaceEndsAsOneThatIsNot() throws IOException {
    killAtPlaces(3, 11);
  }

  @Test
  void aRunThatIsKilledOftenEndsAsOneThatIsNot() throws IOException {
    killOften(8);
  }

  @Test
  @Tag("long")
  void soItIsAtEveryPlace() throws IOException {
    killAtPlaces(1, 1);
  }

  @Test
  @Tag("long")
  void soItIsTwoHundredTimes() throws IOException {
    killOften(200);
  }

  @Test
  void aProcessThatIsKilledInEarnestLosesNothing() throws Exception {
    Left whole = whole();
    Path place = Files.createDirectories(folder.resolve("killed"));
    Random random = new Random(3);
    boolean isEnded = false;
    for (int i = 0; i < 60 && !isEnded; i++) {
      isEnded = runProcess(place, i < 4 ? 8 + random.nextInt(12) : Integer.MAX_VALUE);
      TenCalls.approveAll(place);
    }
    assertThat(isEnded).isTrue();
    assertThat(left(place)).isEqualTo(whole);
  }

  /// @param most after how many places it is killed
  /// @return whether the run ended
  private boolean runProcess(Path place, int most) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder, // where a killed process leaves a library
                "-cp",
                classPath(),
                TenCalls.class.getName(),
                place.toString(),
                source.toString())
            .redirectErrorStream(true)
            .start();
    boolean isEnded = false;
    StringBuilder said = new StringBuilder();
    try (BufferedReader reader = process.inputReader()) {
      int places = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        said.append(line).append('\n');
        places += line.startsWith("place ") ? 1 : 0;
        isEnded |= line.equals("end ANSWERED");
        if (places == most) {
          process.toHandle().destroyForcibly();
        }
      }
    }
    process.waitFor();
    assertThat(said.toString()).doesNotContain("Exception in thread");
    return isEnded;
  }

  private static String classPath() {
    return String.join(
        System.getProperty("path.separator"),
        System.getProperty("java.class.path"),
        System.getProperty("jdk.module.path", ""),
        Path.of("target", "test-classes").toAbsolutePath().toString());
  }
}
