package dev.freehold.vault.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.PullSettings;
import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.tensor.TensorStore;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.ModelParity;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Vault;
import dev.freehold.vault.store.VaultProgram;
import java.io.File;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.databind.JsonNode;

/// Pulls a model from a registry in a process of its own, which a test can kill: `VAULT REFERENCE
/// NAME`. Prints `ready`, then `kept DIGEST`, and `parity` when that is there too, or `failed WHY`.
public final class PullProgram {
  private PullProgram() {}

  public static void main(String[] arguments) throws InterruptedException {
    RegistryReference reference = RegistryReference.parse(arguments[1]);
    ModelName name = ModelName.parse(arguments[2]);
    RegistryClient.Access access =
        new RegistryClient.Access(
            reference.address(), reference.path(), Optional.empty(), Set.of(), false);
    System.out.println("ready");
    Vault vault = Vault.openForWriting(LocalDisk.ofProcess(), Path.of(arguments[0]));
    try (RegistryClient client = new RegistryClient(access, PullSettings.open(), event -> {})) {
      RegistryPull.Pulled pulled =
          new RegistryPull(vault, client, Redundancy.DEFAULT, InstantSource.system())
              .pull(reference, name);
      System.out.println("kept " + pulled.manifest().digest());
      new ModelParity(vault).keep(vault.find(name.toString()), Redundancy.DEFAULT, bytes -> {});
      System.out.println("parity");
    } catch (HubException failure) {
      System.out.println("failed " + failure.getMessage());
      System.exit(1);
    }
  }

  /// The command that runs it.
  static List<String> command(Path root, String reference, ModelName name) {
    String path =
        Stream.of(
                TensorStore.class,
                FoundModel.class,
                Vault.class,
                PullProgram.class,
                JsonNode.class,
                TokenStreamFactory.class,
                JsonInclude.class)
            .map(VaultProgram::classes)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        path,
        PullProgram.class.getName(),
        root.toString(),
        reference,
        name.toString());
  }
}
