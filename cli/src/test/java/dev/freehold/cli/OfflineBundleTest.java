package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.vault.bundle.BundleExport;
import dev.freehold.vault.bundle.TarTree;
import dev.freehold.vault.bundle.Tree;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.store.Attached;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Vault;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bundle with its runtime, unpacked on a machine that has no network, no Java and an empty home
/// folder, as far as namespaces make this one such a machine.
class OfflineBundleTest {
  private static final Path ROOT = Path.of(System.getProperty("freehold.root"));
  private static final int PATIENCE_SECONDS = 120;

  @TempDir private Path temp = Path.of("unset");

  /// What a process printed and how it ended.
  private record Ended(int code, String out) {}

  @Test
  void theBundleAnswersWithoutNetworkFromAnEmptyHome() throws Exception {
    assumeTrue(isUnshareAllowed(), "user and network namespaces cannot be made here");
    Path bundle = unpacked(exported());
    Path home = Files.createDirectories(temp.resolve("empty"));
    Ended answered =
        run(bundle, home, "unshare -rn ./freehold run 'What is 48 + 36?' --max-tokens 60");
    assertThat(answered.code()).as(answered.out()).isZero();
    assertThat(answered.out()).contains("The answer is 84");
    try (Stream<Path> left = Files.walk(home)) {
      assertThat(left).as("not even the demo that Freehold carries was used").hasSize(1);
    }
    Ended blocked = run(bundle, home, "unshare -rn ./freehold pull hf.co/org/repo");
    assertThat(blocked.code()).as(blocked.out()).isNotZero();
    Ended damaged = run(bundle, home, "unshare -rn ./freehold verify vault --read-data");
    assertThat(damaged.out()).contains("whole: ");
  }

  private static boolean isUnshareAllowed() throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder("unshare", "-rn", "true").start();
      return process.waitFor() == 0;
    } catch (IOException missing) {
      return false;
    }
  }

  private Path exported() throws Exception {
    Path folder = temp.resolve("home/.local/share/freehold/vault");
    Session session = new Session(temp.resolve("home"));
    assertThat(session.run("vault", "add", "demo", "--no-golden").exit()).isEqualTo(Exit.OK);
    Vault vault = Vault.open(LocalDisk.ofProcess(), folder);
    Entry model = vault.find("demo");
    RuntimeFiles runtime =
        new RuntimeFiles(ROOT, program(), Path.of(System.getProperty("java.home")));
    Path file = temp.resolve("demo.tar");
    try (Tree tree = new TarTree(LocalDisk.ofProcess(), file)) {
      new BundleExport(vault, bytes -> {})
          .write(
              tree,
              Attached.with(vault, List.of(model), false),
              runtime.carried(model, vault.manifest(model.manifest())));
    }
    return file;
  }

  private Path unpacked(Path tar) throws Exception {
    Path bundle = Files.createDirectories(temp.resolve("bundle"));
    assertThat(run(bundle, temp, "tar xf " + tar).code()).isZero();
    Files.delete(tar);
    // An empty cache of classes says that there is none: making one takes longer than the test.
    String build = System.getProperty("java.runtime.version");
    Files.createFile(bundle.resolve("runtime/cli/target/app/" + build + "-answer.aot"));
    return bundle;
  }

  private static Ended run(Path folder, Path home, String command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", home.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), "UTF-8");
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running: " + command);
    }
    return new Ended(process.exitValue(), out);
  }

  /// The program as it is packaged, made of what this test runs with.
  private Path program() throws IOException {
    Path app = Files.createDirectories(temp.resolve("app"));
    List<String> jars = new ArrayList<>();
    Path own = Path.of("target/classes").toAbsolutePath();
    for (Path part : parts()) {
      if (Files.isDirectory(part) && !part.endsWith("test-classes") && !part.equals(own)) {
        String name = part.getName(part.getNameCount() - 3) + ".jar";
        jar(part, app.resolve(name), new Manifest());
        jars.add(name);
      } else if (Files.isRegularFile(part)) {
        Files.copy(part, app.resolve(part.getFileName()));
        jars.add(part.getFileName().toString());
      }
    }
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    main.put(Attributes.Name.CLASS_PATH, String.join(" ", jars));
    main.putValue("Enable-Native-Access", "ALL-UNNAMED");
    main.putValue("Add-Exports", "java.base/jdk.internal.module");
    jar(own, app.resolve("cli.jar"), manifest);
    Files.createFile(app.resolve("built"));
    return app;
  }

  private static Set<Path> parts() {
    Set<Path> parts = new LinkedHashSet<>();
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      for (String part : System.getProperty(property, "").split(File.pathSeparator)) {
        if (!part.isEmpty()) {
          parts.add(Path.of(part).toAbsolutePath().normalize());
        }
      }
    }
    return parts;
  }

  private static void jar(Path classes, Path target, Manifest manifest) throws IOException {
    manifest.getMainAttributes().putIfAbsent(Attributes.Name.MANIFEST_VERSION, "1.0");
    try (OutputStream file = Files.newOutputStream(target);
        JarOutputStream jar = new JarOutputStream(file, manifest);
        Stream<Path> walked = Files.walk(classes)) {
      jar.setLevel(0);
      for (Path each : walked.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(each).toString().replace('\\', '/')));
        Files.copy(each, jar);
        jar.closeEntry();
      }
    }
  }
}
