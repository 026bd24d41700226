package dev.freehold.cli;

import dev.freehold.vault.bundle.Carried;
import dev.freehold.vault.store.Content;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The files of this Freehold and of the JVM that runs it, as a bundle carries them.
///
/// @param root the folder with the launcher, of a checkout or an installation
/// @param app the program's jars
/// @param jdk the JVM
record RuntimeFiles(Path root, Path app, Path jdk) {
  /// What a JVM does not need to run a program.
  private static final Set<String> LEFT_OUT =
      Set.of("man", "include", "demo", "jmods", "lib/src.zip", "lib/ct.sym");

  private static final String LAUNCHER =
      """
      #!/bin/sh
      # Runs the model in this folder, by the program and the JVM in this folder; it needs nothing
      # else of the machine, and no network. "./freehold run" asks the model.
      case $0 in
        */*) here=${0%%/*} ;;
        *) here=. ;;
      esac
      here=$(CDPATH= cd "$here" && pwd -P) || exit 1
      if [ "$(uname -s) $(uname -m)" = "%s" ]; then
        JAVA_HOME=$here/runtime/jdk # elsewhere a JDK of the machine is looked for
        export JAVA_HOME
      fi
      FREEHOLD_VAULT=$here
      FREEHOLD_MODEL=$here/%s
      export FREEHOLD_VAULT FREEHOLD_MODEL
      exec "$here/runtime/freehold" "$@"
      """;

  private static final String README =
      """
      %s, a language model, kept by Freehold.

      ./freehold run "Why is the sky blue?"    asks it
      ./freehold run                           holds a chat
      ./freehold serve                         serves it to programs

      These need nothing else on %s, and a JDK 25 or newer elsewhere.

      The model's files are in snapshots/, under their own names; licence and card are among them.
      blobs/, index.json and oci-layout are an OCI image layout. Every file in blobs/sha256 is
      named by its SHA-256. runtime/ holds the program and its JVM, whose licences are in
      runtime/jdk/legal.
      """;

  /// Finds them where this process runs from.
  ///
  /// @throws CliException where it runs from classes that were not packaged
  static RuntimeFiles find() {
    Optional<Path> jar = ProgramPlace.find().filter(Files::isRegularFile);
    if (jar.isPresent()) {
      Path app = jar.get().resolveSibling(".").normalize();
      Path root = app.resolve("../../..").normalize();
      boolean isPackaged =
          Files.isRegularFile(root.resolve("freehold"))
              && Files.isRegularFile(root.resolve(".mvn/find-jdk.sh"));
      if (isPackaged) {
        return new RuntimeFiles(root, app, Path.of(System.getProperty("java.home")));
      }
    }
    throw new CliException(
        Exit.FAILURE,
        "--with-runtime needs Freehold as ./freehold starts it: its launcher was not found",
        "Start it by ./freehold of a checkout or an installation.");
  }

  /// The files with their places in a bundle of a model.
  List<Carried> carried(Entry model, Manifest manifest) {
    List<Carried> carried = new ArrayList<>();
    String name = model.name().map(Object::toString).orElse(model.label());
    String machine = system() + " " + processor();
    carried.add(text("freehold", LAUNCHER.formatted(machine, place(model, manifest)), true));
    carried.add(text("README.txt", README.formatted(name, machine), false));
    carried.add(file("runtime/freehold", root.resolve("freehold"), true));
    carried.add(file("runtime/.mvn/find-jdk.sh", root.resolve(".mvn/find-jdk.sh"), false));
    addTree(carried, app, "runtime/cli/target/app/", Set.of());
    addTree(carried, jdk, "runtime/jdk/", LEFT_OUT);
    return carried;
  }

  /// Where the model is in the bundle: its GGUF file, or the folder of its files.
  private static String place(Entry model, Manifest manifest) {
    String folder = "snapshots/" + model.digest().hex();
    return manifest.files(Role.WEIGHTS).stream()
        .map(Manifest.KeptFile::path)
        .filter(path -> path.toLowerCase(Locale.ROOT).endsWith(".gguf"))
        .filter(path -> !path.toLowerCase(Locale.ROOT).startsWith("mmproj"))
        .sorted()
        .findFirst()
        .map(path -> quoted(folder + "/" + path))
        .orElse(folder);
  }

  /// As a word of the shell; what is in it means itself.
  private static String quoted(String path) {
    return "'" + path.replace("'", "'\\''") + "'";
  }

  private static Carried text(String path, String text, boolean executable) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Carried(path, new Content.OfBytes(bytes), executable);
  }

  private static Carried file(String path, Path file, boolean executable) {
    return new Carried(path, new Content.OfFile(file, false, Optional.empty()), executable);
  }

  private static void addTree(List<Carried> carried, Path folder, String to, Set<String> leftOut) {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String path = folder.relativize(file).toString().replace('\\', '/');
        boolean isLeftOut =
            path.endsWith(".aot")
                || leftOut.stream().anyMatch(left -> (path + "/").startsWith(left + "/"));
        if (!isLeftOut) {
          carried.add(file(to + path, file, Files.isExecutable(file)));
        }
      }
    } catch (IOException failure) {
      throw new CliException(folder + " cannot be read: " + failure.getMessage(), failure);
    }
  }

  /// What `uname -s` says here.
  private static String system() {
    String name = System.getProperty("os.name");
    return name.startsWith("Mac") ? "Darwin" : name;
  }

  /// What `uname -m` says here.
  private static String processor() {
    String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "amd64" -> "x86_64";
      case "aarch64" -> system().equals("Darwin") ? "arm64" : "aarch64";
      default -> name;
    };
  }

  /// How many bytes are carried.
  static long bytes(List<Carried> carried) {
    long bytes = 0;
    try {
      for (Carried file : carried) {
        bytes +=
            switch (file.content()) {
              case Content.OfBytes(byte[] content) -> content.length;
              case Content.OfFile from -> Files.size(from.file());
            };
      }
    } catch (IOException failure) {
      throw new CliException("cannot read Freehold's own files: " + failure.getMessage(), failure);
    }
    return bytes;
  }
}
