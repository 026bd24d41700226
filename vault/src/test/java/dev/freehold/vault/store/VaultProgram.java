package dev.freehold.vault.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.TensorStore;
import dev.freehold.vault.disk.LocalDisk;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.databind.JsonNode;

/// Keeps, removes and collects models over and over in a process of its own, which a test can kill:
/// `VAULT NAME FILE...`. Prints `ready`, then `kept NAME DIGEST`, `removing NAME`, `removed NAME`.
public final class VaultProgram {
  private VaultProgram() {}

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    System.out.println("ready");
    for (int round = 0; ; round++) {
      Vault vault = Vault.openForWriting(LocalDisk.ofProcess(), root);
      for (int i = 2; i < arguments.length; i++) {
        String name = arguments[1] + ":" + i;
        System.out.println("keeping " + name);
        System.out.println("kept " + name + " " + keep(vault, name, Path.of(arguments[i])));
      }
      String name = arguments[1] + ":" + (2 + round % (arguments.length - 2));
      System.out.println("removing " + name);
      vault.remove(List.of(vault.find(name)));
      System.out.println("removed " + name);
      try {
        vault.collectGarbage(false);
      } catch (dev.freehold.vault.VaultException busy) {
        System.out.println("busy " + busy.reason());
      }
    }
  }

  private static String keep(Vault vault, String name, Path file) throws Exception {
    FoundModel found =
        new FoundModel(
            name, FoundModel.Source.PATH, file, FoundModel.Format.GGUF, Files.size(file), Map.of());
    return new Keeping(vault, false)
        .keep(
            ModelName.parse(name),
            "gguf",
            SourceFiles.of(found),
            stored -> List.of(),
            new Keeping.Progress() {
              @Override
              public void read(SourceFile source, long done) {}

              @Override
              public void stored(SourceFile source, Stored stored) {}
            })
        .manifest()
        .digest()
        .toString();
  }

  /// The command that runs it.
  static List<String> command(Path root, String name, List<Path> files) {
    String path =
        Stream.of(
                TensorStore.class,
                FoundModel.class,
                Vault.class,
                VaultProgram.class,
                JsonNode.class,
                TokenStreamFactory.class,
                JsonInclude.class)
            .map(VaultProgram::classes)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    return Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                path,
                VaultProgram.class.getName(),
                root.toString(),
                name),
            files.stream().map(Path::toString))
        .toList();
  }

  /// The folder or jar that a class is in; the tests' own folder is part of the module under test.
  public static String classes(Class<?> type) {
    String name = type.getName().replace('.', '/') + ".class";
    String place = String.valueOf(type.getResource("/" + name));
    String root = place.substring(0, place.length() - name.length());
    if (root.startsWith("jar:")) {
      root = root.substring("jar:".length(), root.length() - "!/".length());
    }
    return Path.of(URI.create(root)).toString();
  }
}
