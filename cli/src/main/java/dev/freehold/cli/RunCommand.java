package dev.freehold.cli;

import dev.freehold.chat.Ending;
import dev.freehold.chat.Sampling;
import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `freehold run`: asks a model, once or in a chat.
@Command(
    name = "run",
    description = {
      "Asks a model. With PROMPT, or with input from a pipe, prints one answer; with both, the"
          + " input follows the prompt after an empty line. Without either, starts a chat (/help"
          + " there shows its commands).",
      "The answer goes to standard output, all else to standard error. The same model, prompt,"
          + " options and seed give the same text on every machine.",
      "How tokens are chosen is by default what the model's files recommend (generation_config.json"
          + " or general.sampling.*); where they say nothing: temperature 0.8, top-k 40,"
          + " top-p 0.95, min-p 0.05. Order: logit bias, penalties, top-k, typical-p, top-p, min-p,"
          + " temperature."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold run MODEL \"Why is the sky blue?\"",
      "  freehold run MODEL \"Summarize this:\" < notes.txt",
      "  freehold run MODEL",
      "  freehold run MODEL --engine llama-server --engine-path ~/llama.cpp/build/bin/llama-server"
    })
final class RunCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "A model: a path, a name that list shows, or demo. Without it, or where a prompt of"
              + " several words stands here, the model that config.json names, else demo.")
  private Optional<String> model = Optional.empty();

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "PROMPT",
      description = "What to ask; several words are joined by spaces.")
  private List<String> words = List.of();

  @Option(names = "--system", paramLabel = "TEXT", description = "Instructions to the model.")
  private String system = "";

  @Option(
      names = "--raw",
      description = "Continue the text as it is, without the model's chat template.")
  private boolean raw;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "Tokens of prompt and answer together; 8192 by default, or what the model holds if less."
              + " A prompt that does not fit is an error.")
  private Optional<Integer> context = Optional.empty();

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Tokens of the answer at most; up to the end of the context by default.")
  private Optional<Integer> maxTokens = Optional.empty();

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Ends the answer where it appears; may be given again.")
  private List<String> stop = List.of();

  @Option(
      names = "--template-option",
      paramLabel = "NAME=VALUE",
      description = "A variable for the chat template, such as enable_thinking=false.")
  private Map<String, String> templateOptions = Map.of();

  @Option(
      names = "--receipt",
      paramLabel = "FILE",
      description =
          "Write what the answer was computed from into this file, by which freehold verify"
              + " computes it again.")
  private Optional<Path> receipt = Optional.empty();

  @Option(names = "--verbose", description = "Tell tokens, times and the seed on standard error.")
  private boolean verbose;

  @Mixin private EngineChoice engine = new EngineChoice();
  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  RunCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (raw && !system.isEmpty()) {
      throw new CliException(
          Exit.USAGE,
          "--raw and --system exclude each other: without a template there are no instructions",
          "Put the instructions into the prompt.");
    }
    takePrompt();
    Optional<String> prompt = Talk.prompt(surroundings, words);
    if (prompt.isEmpty() && receipt.isPresent()) {
      throw new CliException(
          Exit.USAGE, "--receipt is for one answer", "Give a prompt, or leave --receipt out.");
    }
    receipt.ifPresent(RunCommand::requireFolder);
    Sampling said = sampling.sampling();
    Ending ending = new Ending(stop, maxTokens.map(OptionalInt::of).orElse(OptionalInt.empty()));
    FoundModel found = Models.findOrDefault(surroundings, model);
    new AuditPolicy(surroundings).requirePermitted(found);
    new Talk(
            surroundings,
            found,
            new Talk.Computing(engine, arithmetic),
            context.map(OptionalInt::of).orElse(OptionalInt.empty()),
            verbose,
            receipt)
        .hold(
            prompt, defaults -> new Dialogue(system, raw, variables(), said.or(defaults), ending));
    return Exit.OK.code();
  }

  /// No model's name has blanks: what has some, and is no file, is a prompt.
  private void takePrompt() {
    Optional<String> asked =
        model.filter(text -> text.contains(" ") && !Files.exists(Path.of(text)));
    if (asked.isPresent()) {
      List<String> all = new ArrayList<>(List.of(asked.get()));
      all.addAll(words);
      words = all;
      model = Optional.empty();
    }
  }

  /// Before the answer is computed.
  private static void requireFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
      throw new CliException("--receipt %s: no file of a folder that exists".formatted(file));
    }
  }

  private Map<String, JsonNode> variables() {
    Map<String, JsonNode> variables = new LinkedHashMap<>();
    templateOptions.forEach((name, value) -> variables.put(name, variable(value)));
    return variables;
  }

  /// JSON where it is some, else the text itself.
  private static JsonNode variable(String value) {
    try {
      return StrictJson.parse(value.getBytes(StandardCharsets.UTF_8), "--template-option");
    } catch (TensorException text) {
      return JsonNodeFactory.instance.stringNode(value);
    }
  }
}
