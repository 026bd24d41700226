package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `freehold vault`: models that are kept for good.
@Command(
    name = "vault",
    subcommands = {
      VaultAddCommand.class,
      VaultListCommand.class,
      VaultShowCommand.class,
      VaultRemoveCommand.class,
      VaultCollectCommand.class,
      VaultUseCommand.class,
      VaultRepairCommand.class,
      VaultMirrorCommand.class,
      VaultExportCommand.class,
      VaultImportCommand.class
    },
    synopsisSubcommandLabel =
        "(add | list | show | rm | gc | du | repair | mirror | export | import)",
    description = {
      "Keeps models whole: weights, configuration, tokenizer, licence and card, where each file"
          + " came from, checksums of every part, and what the model answered when it was kept."
          + " Every command finds a kept model by its name and reads it in place.",
      "\"freehold verify NAME\" checks one, \"freehold verify vault\" all. docs/vault.md says how"
          + " they are kept and what that guards against."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold vault add hf.co/Qwen/Qwen3-0.6B-GGUF:Q8_0",
      "  freehold vault add ./my-model --name team/assistant:2026-05",
      "  freehold vault list",
      "  freehold vault rm team/assistant:2026-05 && freehold vault gc"
    })
final class VaultCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CliException(
        Exit.USAGE,
        "what to do is missing: add, list, show, rm, gc, du, repair, mirror, export or import",
        "Try \"freehold vault --help\".");
  }
}
