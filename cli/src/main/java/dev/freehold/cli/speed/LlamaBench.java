package dev.freehold.cli.speed;

import dev.freehold.cli.CliException;
import dev.freehold.cli.Exit;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import tools.jackson.databind.JsonNode;

/// A peer: the `llama-bench` of a llama.cpp, or another program with its command line and its JSON.
///
/// llama.cpp and ik_llama.cpp differ in how decoding at depth is asked for, which `--help` tells;
/// several sequences at once are measured by the `llama-batched-bench` beside it, where there is
/// one.
public final class LlamaBench {
  /// How it is to run.
  ///
  /// @param options for the program, beside those that a test needs
  /// @param batchedOptions the same for `llama-batched-bench`
  /// @param limit how long one run may take
  public record Settings(
      Path program, List<String> options, List<String> batchedOptions, Duration limit) {
    public Settings {
      options = List.copyOf(options);
      batchedOptions = List.copyOf(batchedOptions);
    }
  }

  /// What it shares with us.
  ///
  /// @param cache dtype of keys and values, as it writes it
  public record Shared(Path model, int threads, String cache, int repetitions) {}

  /// How it is asked for tokens after a prompt that is not timed.
  private enum Depth {
    /// `-d N`, of llama.cpp.
    DEPTH,
    /// `-gp PROMPT,TOKENS`, of ik_llama.cpp.
    AFTER_PROMPT,
    NONE
  }

  private static final Duration HELP_LIMIT = Duration.ofSeconds(30);
  private static final int BATCHED_CONTEXT = 256;

  private final Settings settings;
  private final Shared shared;
  private final PeerProcess program;
  private final Depth depth;
  private String build = "";

  private LlamaBench(Settings settings, Shared shared, PeerProcess program, Depth depth) {
    this.settings = settings;
    this.shared = shared;
    this.program = program;
    this.depth = depth;
  }

  /// Asks the program what it can do.
  ///
  /// @throws CliException where it is not there, does not run, or is another kind of program
  public static LlamaBench of(Settings settings, Shared shared) {
    Duration patience = settings.limit().compareTo(HELP_LIMIT) < 0 ? settings.limit() : HELP_LIMIT;
    PeerProcess.Output said = new PeerProcess(settings.program(), patience).run(List.of("--help"));
    String help = said.out() + said.err();
    PeerProcess program = new PeerProcess(settings.program(), settings.limit());
    if (!help.contains("--n-gen")) {
      throw new CliException(
          Exit.FAILURE,
          settings.program() + ": is no llama-bench: its --help does not name --n-gen",
          "Give the path of a llama-bench: --peer ../llama.cpp/build/bin/llama-bench");
    }
    Depth depth =
        help.contains("--n-depth")
            ? Depth.DEPTH
            : Pattern.compile("^\\s*-gp\\b", Pattern.MULTILINE).matcher(help).find()
                ? Depth.AFTER_PROMPT
                : Depth.NONE;
    return new LlamaBench(settings, shared, program, depth);
  }

  public String name() {
    return program.name();
  }

  /// The commit that it says it was built from, once it has run; empty where it does not say.
  public String build() {
    return build;
  }

  public List<String> options() {
    return settings.options();
  }

  /// Why it does not run a test, or empty where it does.
  public Optional<String> declines(SpeedTest test) {
    return switch (test) {
      case SpeedTest.Decode decode when decode.depth() > 0 && depth == Depth.NONE ->
          Optional.of(name() + " has neither -d nor -gp");
      case SpeedTest.DecodeTogether together when batched().isEmpty() ->
          Optional.of("no llama-batched-bench beside " + name());
      default -> Optional.empty();
    };
  }

  private Optional<PeerProcess> batched() {
    return program.sibling("llama-batched-bench");
  }

  /// Tokens per second of each repetition of a test.
  public double[] measure(SpeedTest test) {
    return switch (test) {
      case SpeedTest.Prefill prefill -> run(prefill.tokens(), 0, List.of());
      case SpeedTest.Decode decode when decode.depth() == 0 -> run(0, decode.tokens(), List.of());
      case SpeedTest.Decode decode -> runAtDepth(decode);
      case SpeedTest.DecodeTogether together -> runTogether(together);
    };
  }

  private double[] runAtDepth(SpeedTest.Decode test) {
    return depth == Depth.DEPTH
        ? run(0, test.tokens(), List.of("-d", Integer.toString(test.depth())))
        : run(test.depth(), test.tokens(), List.of());
  }

  /// @param prompt with `generated` not 0, tokens before those that are timed
  private double[] run(int prompt, int generated, List<String> more) {
    boolean afterPrompt = prompt > 0 && generated > 0;
    List<String> arguments = new ArrayList<>(List.of("-m", shared.model().toString()));
    arguments.addAll(List.of("-p", Integer.toString(afterPrompt ? 0 : prompt)));
    arguments.addAll(List.of("-n", Integer.toString(afterPrompt ? 0 : generated)));
    if (afterPrompt) {
      arguments.addAll(List.of("-gp", prompt + "," + generated));
    }
    arguments.addAll(more);
    arguments.addAll(List.of("-r", Integer.toString(shared.repetitions()), "-o", "json"));
    addShared(arguments);
    arguments.addAll(settings.options());
    JsonNode record = record(program.run(arguments).out());
    build = record.path("build_commit").stringValue("");
    if (record.path("n_prompt").intValue(-1) != prompt
        || record.path("n_gen").intValue(-1) != generated) {
      throw new CliException(
          "%s was asked for prompt %d and %d tokens, and measured prompt %s and %s tokens"
              .formatted(name(), prompt, generated, record.path("n_prompt"), record.path("n_gen")));
    }
    return speeds(record);
  }

  private void addShared(List<String> arguments) {
    arguments.addAll(List.of("-t", Integer.toString(shared.threads())));
    arguments.addAll(List.of("-ctk", shared.cache(), "-ctv", shared.cache()));
  }

  /// The one record of the array that stands between lines of other things, if any.
  private JsonNode record(String out) {
    List<String> lines = out.lines().toList();
    int first = 0;
    while (first < lines.size() && !lines.get(first).strip().startsWith("[")) {
      first++;
    }
    int last = lines.size() - 1;
    while (last > first && !lines.get(last).strip().endsWith("]")) {
      last--;
    }
    if (first >= lines.size()) {
      throw notJson(out.isBlank() ? "nothing" : lines.getFirst());
    }
    JsonNode array;
    try {
      String text = String.join("\n", lines.subList(first, last + 1));
      array = StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), name());
    } catch (TensorException failure) {
      throw notJson(String.valueOf(failure.getMessage()));
    }
    if (!array.isArray() || array.size() != 1 || !array.path(0).isObject()) {
      throw notJson("%d records".formatted(array.size()));
    }
    return array.path(0);
  }

  private CliException notJson(String found) {
    return new CliException(
        "%s did not print the JSON record of its test, but: %s".formatted(name(), found));
  }

  private double[] speeds(JsonNode record) {
    JsonNode samples = record.path("samples_ts");
    double[] speeds =
        samples.isArray() && !samples.isEmpty()
            ? samples.valueStream().mapToDouble(each -> each.doubleValue(Double.NaN)).toArray()
            : new double[] {record.path("avg_ts").doubleValue(Double.NaN)};
    return checked(speeds);
  }

  private double[] checked(double[] speeds) {
    if (!DoubleStream.of(speeds).allMatch(speed -> speed > 0 && speed < 1e12)) {
      throw new CliException(name() + " told no tokens per second, or impossible ones");
    }
    return speeds;
  }

  private double[] runTogether(SpeedTest.DecodeTogether test) {
    int prompt = SpeedTest.DecodeTogether.PROMPT;
    int context = Math.ceilDiv(prompt + test.each(), BATCHED_CONTEXT) * BATCHED_CONTEXT;
    String sequences = Integer.toString(test.sequences());
    List<String> arguments = new ArrayList<>(List.of("-m", shared.model().toString()));
    arguments.addAll(List.of("-c", Integer.toString(test.sequences() * context)));
    arguments.addAll(List.of("-npp", Integer.toString(prompt)));
    arguments.addAll(List.of("-ntg", Integer.toString(test.each())));
    String times = String.join(",", Collections.nCopies(shared.repetitions(), sequences));
    arguments.addAll(List.of("-npl", times));
    addShared(arguments);
    arguments.addAll(settings.batchedOptions());
    PeerProcess bench = batched().orElseThrow();
    PeerProcess.Output output = bench.run(arguments);
    // Columns: prompt, tokens, sequences, positions, then seconds and speeds of both and all.
    Pattern row =
        Pattern.compile(
            "\\|\\s*%d \\|\\s*%d \\|\\s*%d \\|(?:[^|]*\\|){4}\\s*([0-9.]+) \\|"
                .formatted(prompt, test.each(), test.sequences()));
    double[] speeds =
        row.matcher(output.out() + "\n" + output.err())
            .results()
            .mapToDouble(found -> Double.parseDouble(found.group(1)))
            .toArray();
    if (speeds.length == 0) {
      throw new CliException(
          "%s printed no row for %s sequences".formatted(bench.name(), sequences));
    }
    return checked(speeds);
  }
}
