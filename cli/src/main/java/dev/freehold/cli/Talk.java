package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Sampling;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.LocalBackend;
import dev.freehold.engine.LocalModel;
import dev.freehold.engine.MachineMemory;
import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jline.terminal.spi.SystemStream;
import tools.jackson.databind.JsonNode;

/// A talk with a model: one answer, or a chat at the terminal.
///
/// @param context tokens of prompt and answer together; the engine's default where nothing is said
/// @param verbose whether tokens, times and the seed are told
/// @param receipt the file for the answer's receipt, where it is wanted
record Talk(
    Surroundings surroundings,
    FoundModel found,
    ArithmeticOptions arithmetic,
    OptionalInt context,
    boolean verbose,
    Optional<Path> receipt) {
  /// Answers a prompt, or holds a chat where there is none.
  ///
  /// @param dialogue makes the dialogue from the model's own sampling defaults
  void hold(Optional<String> prompt, Function<Sampling, Dialogue> dialogue) {
    try (Model opened = Models.openQuickly(surroundings, found, arithmetic)) {
      LocalModel local = Models.local(surroundings, found, opened, Optional.empty());
      Dialogue fresh = dialogue.apply(local.defaults());
      try (LocalBackend backend = new LocalBackend(local, engineOptions())) {
        boolean isTerminal = TerminalStreams.isTerminal(SystemStream.Output);
        AnswerPrinter printer = new AnswerPrinter(surroundings, isTerminal, verbose);
        if (prompt.isPresent()) {
          ChatRequest request = fresh.request(prompt.get());
          boolean wantsReceipt = receipt.isPresent();
          printer.print(
              backend,
              request.withOutput(request.output().withReceipt(wantsReceipt)),
              new Cancellation());
          receipt.ifPresent(file -> write(file, printer.receipt()));
        } else {
          surroundings.err().println(greeting(backend));
          ChatConsole console = new ChatConsole(backend, fresh, printer, surroundings.err());
          TerminalChat.run(console, history());
        }
      }
    }
  }

  /// What to ask, from words of the command line and from a pipe; empty for a chat.
  ///
  /// @throws CliException where neither says anything and no person is at the terminal
  static Optional<String> prompt(Surroundings surroundings, List<String> words) {
    String asked = String.join(" ", words);
    boolean isOfProcess = surroundings.in() instanceof java.io.FileInputStream;
    if (isOfProcess && TerminalStreams.isTerminal(SystemStream.Input)) {
      return asked.isEmpty() ? Optional.empty() : Optional.of(asked);
    }
    String piped = UserInput.text(surroundings.in());
    if (asked.isEmpty() && piped.isBlank()) {
      throw new CliException(
          Exit.USAGE,
          "there is no prompt, and standard input holds none",
          "Give a prompt, or start freehold from a terminal to chat.");
    }
    return Optional.of(asked.isEmpty() || piped.isEmpty() ? asked + piped : asked + "\n\n" + piped);
  }

  private static void write(Path file, Optional<JsonNode> receipt) {
    JsonNode told =
        receipt.orElseThrow(() -> new CliException("the answer was stopped: it has no receipt"));
    try {
      Files.writeString(file, told + "\n");
    } catch (IOException e) {
      throw new CliException("%s: cannot be written: %s".formatted(file, e), e);
    }
  }

  private EngineOptions engineOptions() {
    return new EngineOptions(
        context, EngineOptions.DEFAULT_STEP, MachineMemory.availableBytes(), surroundings.clock());
  }

  private String greeting(LocalBackend backend) {
    return "%s, context %d tokens; /help shows what you can do"
        .formatted(Failure.printable(found.name()), backend.contextLength());
  }

  private Path history() {
    String state = surroundings.environment().getOrDefault("XDG_STATE_HOME", "");
    Path base = state.isEmpty() ? surroundings.home().resolve(".local/state") : Path.of(state);
    return base.resolve("freehold/history");
  }
}
