package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Metadata;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.TextException;
import dev.freehold.text.Tokenizer;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold show`: what a model is, and what it takes to run it.
@Command(
    name = "show",
    description =
        "Shows a model's architecture, parameters, quantization mix, context, memory needed,"
            + " tokenizer, templates and licence field.",
    footerHeading = "%nExample:%n",
    footer = "  freehold show MODEL --json")
final class ShowCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "MODEL", description = "A model: a path, or a name that list shows.")
  private String model = "";

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Positions for which memory is counted; the model's own context by default.")
  private Optional<Integer> context = Optional.empty();

  @Option(names = "--metadata", description = "Show every key and value of the file as well.")
  private boolean metadata;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  ShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    FoundModel found = Models.find(surroundings, model);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", found.name());
    facts.put("path", found.path().toString());
    facts.put("format", found.format().label());
    facts.put("file_bytes", found.bytes());
    try (Model opened = Models.open(surroundings, found, arithmetic)) {
      addModel(facts, opened);
      addText(facts, found);
      facts.put("license", License.stated(found, opened.store().metadata()));
      addMetadata(facts, opened.store().metadata());
    }
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> facts.forEach(printer::fact));
      }
    } else {
      print(facts);
    }
    return Exit.OK.code();
  }

  private void addModel(Map<String, Object> facts, Model opened) {
    int positions = context.orElse(opened.architecture().contextLength());
    facts.put("architecture", opened.architecture().family());
    facts.put("layers", (long) opened.architecture().layers().size());
    facts.put("model_dim", (long) opened.architecture().modelDim());
    facts.put("vocabulary", (long) opened.architecture().vocabSize());
    facts.put("parameters", opened.parameters());
    Map<String, Object> mix = new LinkedHashMap<>();
    for (Map.Entry<Dtype, Long> entry : opened.parametersByDtype().entrySet()) {
      mix.put(entry.getKey().name(), entry.getValue());
    }
    facts.put("quantization", mix);
    facts.put("context", (long) opened.architecture().contextLength());
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("weights", opened.weightBytes());
    memory.put("positions", (long) positions);
    memory.put("sequence", opened.stateBytes(positions));
    memory.put("total", opened.weightBytes() + opened.stateBytes(positions));
    facts.put("memory_bytes", memory);
  }

  private static void addText(Map<String, Object> facts, FoundModel found) {
    try {
      Tokenizer tokenizer = ModelText.tokenizer(found);
      Map<String, Object> text = new LinkedHashMap<>();
      text.put("kind", tokenizer.kind());
      text.put("pre_tokenizer", tokenizer.preTokenizer());
      text.put("vocabulary", (long) tokenizer.vocabularySize());
      tokenizer.bosId().ifPresent(id -> text.put("bos", tokenizer.tokenText(id)));
      tokenizer.eosId().ifPresent(id -> text.put("eos", tokenizer.tokenText(id)));
      text.put("stops", tokenizer.stopIds().stream().sorted().map(tokenizer::tokenText).toList());
      facts.put("tokenizer", text);
    } catch (TextException problem) {
      facts.put("tokenizer", "cannot be used: " + problem.getMessage());
    }
    try {
      ChatTemplates templates = ModelText.templates(found);
      facts.put("templates", List.copyOf(templates.sources().keySet()));
    } catch (TextException problem) {
      facts.put("templates", "cannot be used: " + problem.getMessage());
    }
  }

  private void addMetadata(Map<String, Object> facts, Metadata values) {
    if (metadata) {
      Map<String, Object> all = new LinkedHashMap<>();
      values.asMap().forEach((key, value) -> all.put(key, shortened(value)));
      facts.put("metadata", all);
    }
  }

  /// A value of the file; of a long array its length.
  private static Object shortened(Object value) {
    return switch (value) {
      case long[] numbers -> "array of " + numbers.length + " integers";
      case double[] numbers -> "array of " + numbers.length + " floats";
      case List<?> texts -> "array of " + texts.size() + " strings";
      default -> value;
    };
  }

  private void print(Map<String, Object> facts) {
    PrintStream out = surroundings.out();
    facts.forEach((name, value) -> {
      if (name.equals("metadata") && value instanceof Map<?, ?> all) {
        out.println("metadata");
        all.forEach((key, v) -> out.println("  " + line(String.valueOf(key), v)));
      } else {
        out.printf("%-13s %s%n", name.replace('_', ' '), shown(name, value));
      }
    });
  }

  /// What decides how a number is written: of what is measured in bytes, positions are counted.
  private static String unit(String name, Object key) {
    return key.equals("positions") ? "positions" : name;
  }

  private static String line(String key, Object value) {
    return Failure.printable(key + " = " + value);
  }

  private static String shown(String name, Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(e -> e.getKey() + " " + shown(unit(name, e.getKey()), e.getValue()))
              .collect(Collectors.joining(", "));
      case List<?> list -> list.stream().map(v -> shown(name, v)).collect(Collectors.joining(", "));
      case Long bytes when name.endsWith("_bytes") -> Sizes.bytes(bytes);
      case Long count -> Sizes.count(count);
      default -> Failure.printable(String.valueOf(value));
    };
  }
}
