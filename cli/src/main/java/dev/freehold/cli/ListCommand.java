package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.hub.Inventory;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `freehold list`: the models that are already on this machine.
@Command(
    name = "list",
    description = {
      "Lists the models on this machine, each under a name that works wherever a model is asked"
          + " for.",
      "Looked at, and left as they are: the Hugging Face cache (HF_HUB_CACHE, HF_HOME), Ollama's"
          + " store (OLLAMA_MODELS), LM Studio's folder, what was pulled, the folders in"
          + " FREEHOLD_MODELS and in ~/.config/freehold/config.json ({\"models\": [\"/folder\"]})."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold list --json")
final class ListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  ListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Inventory inventory = Models.inventory(surroundings);
    if (json) {
      printJson(inventory);
    } else {
      printTable(inventory);
      inventory
          .problems()
          .forEach(p -> surroundings.err().println("note: " + Failure.printable(p)));
    }
    return Exit.OK.code();
  }

  private void printJson(Inventory inventory) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.array(
            "models",
            inventory.models(),
            model ->
                printer.object(() -> {
                  printer.field("name", model.name());
                  printer.field("source", model.source().label());
                  printer.field("format", model.format().label());
                  printer.field("bytes", model.bytes());
                  printer.field("path", model.path().toString());
                }));
        printer.array("problems", inventory.problems(), printer::value);
      });
    }
  }

  private void printTable(Inventory inventory) {
    PrintStream out = surroundings.out();
    if (inventory.models().isEmpty()) {
      out.println("No models found. \"freehold list --help\" says where it looks.");
      return;
    }
    int width =
        Math.max(4, inventory.models().stream().mapToInt(m -> m.name().length()).max().orElse(0));
    String row = "%-" + width + "s  %9s  %-11s  %-12s  %s%n";
    out.printf(row, "NAME", "SIZE", "FORMAT", "SOURCE", "PATH");
    for (FoundModel model : inventory.models()) {
      out.printf(
          Locale.ROOT,
          row,
          Failure.printable(model.name()),
          Sizes.bytes(model.bytes()),
          model.format().label(),
          model.source().label(),
          Failure.printable(model.path().toString()));
    }
  }
}
