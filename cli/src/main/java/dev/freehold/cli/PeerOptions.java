package dev.freehold.cli;

import dev.freehold.cli.speed.LlamaBench;
import dev.freehold.hub.FoundModel;
import dev.freehold.kernel.KvDtype;
import dev.freehold.model.Model;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// Options of `freehold bench` for the peer that it compares with.
final class PeerOptions {
  private static final int DEFAULT_ROUNDS = 3;

  @Option(
      names = "--peer",
      paramLabel = "PATH",
      description =
          "Compare with this llama-bench, of llama.cpp or ik_llama.cpp, on the same file with the"
              + " same threads and cache, in turn.")
  private Optional<Path> path = Optional.empty();

  @Option(
      names = "--peer-option",
      arity = "0..1",
      parameterConsumer = Words.class,
      hideParamSyntax = true,
      paramLabel = "=WORDS",
      description =
          "Options for the peer, with blanks between: --peer-option \"-rtr 1\" lets ik_llama.cpp"
              + " repack the weights. Else it has its own defaults.")
  private List<String> options = new ArrayList<>();

  @Option(
      names = "--batched-option",
      arity = "0..1",
      parameterConsumer = Words.class,
      hideParamSyntax = true,
      paramLabel = "=WORDS",
      description =
          "The same for the llama-batched-bench beside it, which --sequences is compared with.")
  private List<String> batchedOptions = new ArrayList<>();

  @Option(
      names = "--peer-timeout",
      paramLabel = "SECONDS",
      description = "How long one test of the peer may take; 900 by default.")
  private int timeoutSeconds = 900;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Rounds, each of every test; 3 by default with a peer, else 1. Ratios are taken within a"
              + " round.")
  private Optional<Integer> rounds = Optional.empty();

  /// Takes the next argument as it is, also where it looks like an option of ours.
  static final class Words implements IParameterConsumer {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's signature
    public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
      if (arguments.isEmpty()) {
        throw new ParameterException(
            command.commandLine(), ((OptionSpec) option).longestName() + ": the words are missing");
      }
      List<String> words = option.getValue();
      for (String word : arguments.pop().split("\\s+")) {
        if (!word.isEmpty()) {
          words.add(word);
        }
      }
    }
  }

  int rounds() {
    return rounds.orElse(path.isPresent() ? DEFAULT_ROUNDS : 1);
  }

  /// @throws CliException where options do not go together
  void check() {
    if (rounds() < 1 || rounds() > 1000 || timeoutSeconds < 1) {
      throw new CliException(
          Exit.USAGE,
          "--rounds: expected 1 to 1000; --peer-timeout: at least 1",
          "Try \"freehold bench --help\".");
    }
    if (path.isEmpty() && !(options.isEmpty() && batchedOptions.isEmpty())) {
      throw new CliException(
          Exit.USAGE,
          "--peer-option and --batched-option are for a peer, and none is named",
          "Name one: --peer PATH");
    }
  }

  /// The peer, ready to run, where one is named.
  Optional<LlamaBench> open(
      FoundModel found, Model opened, ArithmeticOptions arithmetic, int repetitions) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (found.format() != FoundModel.Format.GGUF) {
      throw new CliException(
          Exit.FAILURE,
          found.name() + ": a peer reads GGUF files, this model is safetensors",
          "Take a GGUF file of the model for both.");
    }
    KvDtype cache = opened.options().kvDtype();
    return Optional.of(
        LlamaBench.of(
            new LlamaBench.Settings(
                path.get().toAbsolutePath(),
                options,
                batchedOptions,
                Duration.ofSeconds(timeoutSeconds)),
            new LlamaBench.Shared(
                found.path().toAbsolutePath(),
                arithmetic.threads(),
                cache.name().toLowerCase(Locale.ROOT),
                repetitions)));
  }
}
