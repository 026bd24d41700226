package dev.freehold.cli;

import dev.freehold.gateway.engine.EngineProgram;
import dev.freehold.hub.FoundModel;
import dev.freehold.kernel.KernelException;
import dev.freehold.model.ModelException;
import dev.freehold.tensor.TensorException;
import dev.freehold.text.TextException;
import java.io.File;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of `run` and `serve` for the program that computes: Freehold's engine, or another one
/// that Freehold starts and looks after.
final class EngineChoice {
  /// What the command line can name.
  enum Kind {
    AUTO,
    FREEHOLD,
    LLAMA_SERVER,
    VLLM;

    /// The name on the command line.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// Another engine, as it is on this machine.
  ///
  /// @param options of the user, for the engine
  record Other(EngineProgram program, Path file, List<String> options) {
    @Override
    public String toString() {
      return "%s (%s)".formatted(program.key(), Failure.printable(file.toString()));
    }
  }

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description =
          "Who computes: freehold, this program's own engine; llama-server of llama.cpp or a fork,"
              + " or vllm, which Freehold starts, watches and stops; or auto, the default:"
              + " freehold, and where it does not load the model, one of the others if it is"
              + " there. Others have no receipts, no raw text and no embeddings, and"
              + " --threads, --kv and the like do not hold for them.")
  private Kind kind = Kind.AUTO;

  @Option(
      names = "--engine-path",
      paramLabel = "FILE",
      description = "The program of that engine, where it is not the one on the path.")
  private Optional<Path> path = Optional.empty();

  @Option(
      names = "--engine-option",
      arity = "0..1",
      parameterConsumer = PeerOptions.Words.class,
      hideParamSyntax = true,
      paramLabel = "=WORDS",
      description =
          "Options for that engine, with blanks between: --engine-option \"-ngl 99\" has"
              + " llama-server use a GPU.")
  private List<String> options = new ArrayList<>();

  /// Freehold's engine, whatever it meets.
  static EngineChoice own() {
    EngineChoice own = new EngineChoice();
    own.kind = Kind.FREEHOLD;
    return own;
  }

  /// The other engine that the command line names, where it names one.
  ///
  /// @throws CliException where it is not on this machine, or cannot read the model
  Optional<Other> named(Surroundings surroundings, FoundModel found) {
    return switch (kind) {
      case AUTO -> Optional.empty();
      case FREEHOLD -> {
        if (path.isPresent() || !options.isEmpty()) {
          throw new CliException(
              Exit.USAGE,
              "--engine-path and --engine-option are for other engines than freehold",
              "Leave them out, or name one: --engine llama-server.");
        }
        yield Optional.empty();
      }
      case LLAMA_SERVER -> Optional.of(named(surroundings, EngineProgram.LLAMA_SERVER, found));
      case VLLM -> Optional.of(named(surroundings, EngineProgram.VLLM, found));
    };
  }

  private Other named(Surroundings surroundings, EngineProgram program, FoundModel found) {
    if (program != reader(found)) {
      throw new CliException(
          Exit.USAGE,
          "%s cannot read %s: it is a model in %s, and that one is for %s"
              .formatted(
                  program.key(),
                  found.name(),
                  found.format().label(),
                  program == EngineProgram.LLAMA_SERVER ? "gguf" : "safetensors"),
          "That is for --engine %s.".formatted(reader(found).key()));
    }
    return find(surroundings, program)
        .orElseThrow(() ->
            new CliException(
                Exit.FAILURE,
                path.map(file -> "--engine-path %s: no program".formatted(file))
                    .orElse("there is no %s on the path".formatted(program.key())),
                "Say where it is: --engine-path FILE."));
  }

  /// Says where Freehold's engine answers though there are options for another one.
  void tellUnused(PrintStream err) {
    if (path.isPresent() || !options.isEmpty()) {
      err.println(
          "note: --engine-path and --engine-option are not used: Freehold's engine loads this"
              + " model; --engine names another one");
    }
  }

  /// The other engine that takes the place of Freehold's, which failed to load the model; empty
  /// where there is none or it is not wanted.
  Optional<Other> instead(Surroundings surroundings, FoundModel found, Throwable failure) {
    return kind == Kind.AUTO && isNotSupported(failure)
        ? find(surroundings, reader(found))
        : Optional.empty();
  }

  /// The failure to load a model, with what the user can do about it.
  CliException failure(FoundModel found, RuntimeException failure) {
    String message = String.valueOf(failure.getMessage());
    boolean isHelped = kind == Kind.AUTO && isNotSupported(failure);
    CliException told =
        new CliException(
            Exit.FAILURE,
            message,
            isHelped
                ? "Where %s knows this model, --engine-path FILE names it, and it answers."
                    .formatted(reader(found).key())
                : "");
    told.initCause(failure);
    return told;
  }

  /// Whether it says that the model is of a kind that Freehold's engine does not compute.
  private static boolean isNotSupported(@Nullable Throwable failure) {
    return failure instanceof ModelException
        || failure instanceof TensorException
        || failure instanceof TextException
        || failure instanceof KernelException
        || failure != null && isNotSupported(failure.getCause());
  }

  private static EngineProgram reader(FoundModel found) {
    return switch (found.format()) {
      case GGUF -> EngineProgram.LLAMA_SERVER;
      case SAFETENSORS -> EngineProgram.VLLM;
    };
  }

  private Optional<Other> find(Surroundings surroundings, EngineProgram program) {
    Optional<Path> file = path.isPresent() ? path : onPath(surroundings, program.key());
    return file.map(Path::toAbsolutePath)
        .filter(EngineChoice::isProgram)
        .map(there -> new Other(program, there, List.copyOf(options)));
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  private static Optional<Path> onPath(Surroundings surroundings, String name) {
    String path = surroundings.environment().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .flatMap(folder -> folder(folder).stream())
        .map(folder -> folder.resolve(name))
        .filter(EngineChoice::isProgram)
        .findFirst();
  }

  private static Optional<Path> folder(String name) {
    try {
      return Optional.of(Path.of(name)).filter(Path::isAbsolute);
    } catch (InvalidPathException none) { // a shell would find nothing there either
      return Optional.empty();
    }
  }
}
