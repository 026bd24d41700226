package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher, run in a made checkout with JDKs that print what they are asked.
class LauncherTest {
  /// What a start of the launcher printed and how it ended.
  private record Started(int code, String out, String err) {}

  @TempDir private Path temp = Path.of("unset");
  private Path root = Path.of("unset");
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeCheckout() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the launcher is a POSIX shell script");
    Path checkout = Path.of(System.getProperty("freehold.root"));
    root = temp.resolve("a checkout");
    Files.createDirectories(root.resolve(".mvn"));
    Files.createDirectories(root.resolve("cli/target/app"));
    Files.createDirectories(root.resolve("cli/src/main"));
    Files.copy(checkout.resolve("freehold"), root.resolve("freehold"));
    Files.copy(checkout.resolve(".mvn/find-jdk.sh"), root.resolve(".mvn/find-jdk.sh"));
    Files.writeString(root.resolve("cli/target/app/built"), "");
    executable(
        root.resolve("mvnw"),
        "#!/bin/sh\necho \"mvnw $*\" >&2\n[ ! -e \"$(dirname \"$0\")/broken\" ] || exit 1\n"
            + "touch \"$(dirname \"$0\")/cli/target/app/built\"\n");
    Path bin = Files.createDirectories(temp.resolve("tools"));
    for (String tool : List.of("sh", "find", "dirname", "readlink", "cat", "mkdir", "rm", "mv")) {
      link(bin, tool);
    }
    for (String tool : List.of("sleep", "touch")) {
      link(bin, tool);
    }
    environment.put("PATH", bin.toString());
    environment.put("FREEHOLD_SYSTEM_ROOT", temp.resolve("system").toString());
    environment.put("HOME", Files.createDirectories(temp.resolve("home")).toString());
  }

  @Test
  void takesTheJdkOfJavaHomeAndPassesArgumentsOn() throws Exception {
    environment.put("JAVA_HOME", jdk("a jdk", "25.0.1").toString());
    Started started = start(root.resolve("freehold"), "run", "two words", "");
    assertThat(started.out()).contains("[" + root + "/cli/target/app/cli.jar][run][two words][]");
    assertThat(started.err()).isEmpty();
    assertThat(started.code()).isZero();
  }

  @Test
  void theExitCodeIsTheProgramsOwn() throws Exception {
    environment.put("JAVA_HOME", jdk("jdk", "26").toString());
    assertThat(start(root.resolve("freehold"), "exit-3").code()).isEqualTo(3);
  }

  @Test
  void findsItsCheckoutThroughLinks() throws Exception {
    environment.put("JAVA_HOME", jdk("jdk", "25").toString());
    Path bin = Files.createDirectories(temp.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("first"), Path.of("../a checkout/freehold"));
    Files.createSymbolicLink(bin.resolve("second"), Path.of("first"));
    assertThat(start(bin.resolve("second"), "x").out()).contains("cli.jar][x]");
  }

  @Test
  void anOldJavaHomeGivesWayToANewerJdkOnThePathOrInSdkman() throws Exception {
    environment.put("JAVA_HOME", jdk("old", "17.0.15").toString());
    Path sdkman = Files.createDirectories(temp.resolve("home/.sdkman/candidates/java"));
    Files.move(jdk("new", "25.0.2"), sdkman.resolve("25.0.2-tem"));
    assertThat(start(root.resolve("freehold"), "x").out()).contains("cli.jar][x]");
    Path system = Files.createDirectories(temp.resolve("system/usr/lib/jvm")).resolve("jdk-25");
    Files.move(jdk("system-jdk", "25"), system);
    assertThat(start(root.resolve("freehold"), "home").out()).contains("home " + system);
    Path onPath = jdk("path", "27-ea");
    Files.createSymbolicLink(temp.resolve("tools/java"), onPath.resolve("bin/java"));
    Started started = start(root.resolve("freehold"), "home");
    assertThat(started.out()).contains("home " + onPath.toRealPath());
  }

  @Test
  void withoutAJdkItSaysHowToGetOne() throws Exception {
    environment.put("JAVA_HOME", jdk("old", "17.0.15").toString());
    Started started = start(root.resolve("freehold"), "x");
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.out()).isEmpty();
    assertThat(started.err()).contains("JDK 25 or newer").contains("https://adoptium.net");
  }

  @Test
  void aJdkWithoutTheVectorApiIsAnErrorSaidAloud() throws Exception {
    Path home = jdk("jdk", "25");
    Files.writeString(
        home.resolve("release"), "JAVA_VERSION=\"25\"\nMODULES=\"java.base java.logging\"\n");
    environment.put("JAVA_HOME", home.toString());
    Started started = start(root.resolve("freehold"), "x");
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.err()).contains("lacks the module jdk.incubator.vector");
  }

  @Test
  void buildsOnceWhereASourceIsNewerAndSaysSo() throws Exception {
    environment.put("JAVA_HOME", jdk("jdk", "25").toString());
    Path source = root.resolve("cli/src/main/Main.java");
    Files.writeString(source, "");
    FileTime later = FileTime.from(Instant.now().minusSeconds(100));
    Files.setLastModifiedTime(root.resolve("cli/target/app/built"), FileTime.fromMillis(0));
    Files.setLastModifiedTime(source, later);
    Started first = start(root.resolve("freehold"), "x");
    assertThat(first.err()).contains("building from source").contains("-pl cli -am -DskipTests");
    assertThat(first.out()).contains("cli.jar][x]").doesNotContain("mvnw");
    assertThat(start(root.resolve("freehold"), "x").err()).isEmpty();
  }

  @Test
  void aFailedBuildEndsWithItsReason() throws Exception {
    environment.put("JAVA_HOME", jdk("jdk", "25").toString());
    Files.delete(root.resolve("cli/target/app/built"));
    Files.writeString(root.resolve("broken"), "");
    Started started = start(root.resolve("freehold"), "x");
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.out()).isEmpty();
    assertThat(started.err()).contains("the build failed");
    assertThat(root.resolve(".freehold/building")).doesNotExist();
  }

  @Test
  void makesItsClassCacheOnceForEachJdkAndUsesIt() throws Exception {
    environment.put("JAVA_HOME", jdk("jdk", "25.0.1").toString());
    assertThat(start(root.resolve("freehold"), "x").out())
        .contains("[-XX:AOTCache=" + root + "/cli/target/app/25.0.1+9.aot]");
    assertThat(Files.readString(temp.resolve("jdk/starts"))).isEqualTo("..");
    start(root.resolve("freehold"), "x");
    assertThat(Files.readString(temp.resolve("jdk/starts"))).isEqualTo("...");
    environment.put("JAVA_HOME", jdk("other", "25.0.2").toString());
    assertThat(start(root.resolve("freehold"), "x").out()).contains("25.0.2+9.aot]");
  }

  @Test
  void whereItIsInstalledWithoutSourcesARuntimeWithoutACompilerWillDo() throws Exception {
    Path runtime = jdk("runtime", "25.0.1");
    Files.delete(runtime.resolve("bin/javac"));
    Files.writeString(
        runtime.resolve("release"),
        "JAVA_VERSION=\"25.0.1\"\nMODULES=\"java.base jdk.incubator.vector\"\n");
    environment.put("JAVA_HOME", runtime.toString());
    assertThat(start(root.resolve("freehold"), "x").err()).contains("JDK 25 or newer");
    Files.delete(root.resolve("cli/src/main"));
    Files.delete(root.resolve("cli/src"));
    Started started = start(root.resolve("freehold"), "x");
    assertThat(started.code()).as(started.err()).isZero();
    assertThat(started.out()).contains("/25.0.1.aot]").contains("cli.jar][x]");
  }

  @Test
  void furtherOptionsForTheJvmComeBeforeTheProgram() throws Exception {
    environment.put("JAVA_HOME", jdk("jdk", "25").toString());
    environment.put("FREEHOLD_JAVA_OPTS", "-Xmx8g -Dx=y");
    assertThat(start(root.resolve("freehold"), "x").out()).contains("[-Xmx8g][-Dx=y][-jar]");
  }

  private Started start(Path launcher, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("/bin/sh", launcher.toString()));
    command.addAll(List.of(arguments));
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the launcher hangs: " + Files.readString(err));
    }
    return new Started(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /// A folder that looks like a JDK, whose `java` prints its arguments and writes the cache.
  private Path jdk(String name, String version) throws IOException {
    Path home = temp.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"x\"\nJAVA_RUNTIME_VERSION=\"%s+9\"\nJAVA_VERSION=\"%s\"\n"
            .formatted(version, version));
    executable(home.resolve("bin/javac"), "#!/bin/sh\n");
    executable(
        home.resolve("bin/java"),
        """
        #!/bin/sh
        printf . >>"${0%/*}/../starts"
        for a in "$@"; do
          case $a in
            -XX:AOTCacheOutput=*) echo cache >"${a#*=}"; exit 0 ;;
            exit-3) exit 3 ;;
            home) echo "home $JAVA_HOME" ;;
          esac
          printf '[%s]' "$a"
        done
        echo
        """);
    return home;
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /// Makes a tool of the system reachable in `bin`, where no `java` of the system is.
  private static void link(Path bin, String tool) throws IOException {
    for (String folder : List.of("/bin", "/usr/bin")) {
      Path real = Path.of(folder, tool);
      if (Files.isExecutable(real)) {
        executable(bin.resolve(tool), "#!/bin/sh\nexec " + real + " \"$@\"\n");
        return;
      }
    }
  }
}
