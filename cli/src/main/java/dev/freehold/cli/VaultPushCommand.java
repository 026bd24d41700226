package dev.freehold.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold vault push`: sends a kept model to a registry.
@Command(
    name = "push",
    description = {
      "Sends a kept model to a registry that speaks the OCI distribution protocol, with its"
          + " signatures and all else that is attached to it, in the media types of ModelPack."
          + " What the registry has is not sent again; a cut is gone on from.",
      "Logins are those that docker login, oras login and podman login keep; a login is sent to"
          + " the registry's own host alone. docs/registry.md says more."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold vault push team/assistant:2026-05 oci://registry.example/team/assistant:2026-05",
      "  freehold vault push team/assistant:2026-05 oci://localhost:5000/assistant:test"
    })
final class VaultPushCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "NAME", description = "A name that vault list shows.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "oci://HOST/REPOSITORY:TAG", description = "Where it goes.")
  private String reference = "";

  @Option(
      names = "--from",
      paramLabel = "REPOSITORY",
      description = "Another repository of the registry that may have the files already.")
  private Optional<String> from = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultPushCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    return new RegistryExchange(surroundings, vault.folder()).push(name, reference, from, json);
  }
}
