package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Sampling;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.LocalBackend;
import dev.freehold.engine.LocalModel;
import dev.freehold.engine.MachineMemory;
import dev.freehold.hub.FoundModel;
import dev.freehold.kernel.KernelException;
import dev.freehold.model.Model;
import dev.freehold.model.ModelException;
import dev.freehold.tensor.TensorException;
import dev.freehold.text.TextException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
    Computing computing,
    OptionalInt context,
    boolean verbose,
    Optional<Path> receipt) {
  /// Who computes, and how where it is Freehold's engine.
  record Computing(EngineChoice engine, ArithmeticOptions arithmetic) {}

  /// Answers a prompt, or holds a chat where there is none.
  ///
  /// @param dialogue makes the dialogue from the model's own sampling defaults
  void hold(Optional<String> prompt, Function<Sampling, Dialogue> dialogue) {
    Optional<EngineChoice.Other> other = computing.engine().named(surroundings, found);
    if (other.isEmpty()) {
      other = holdOwn(prompt, dialogue);
    }
    other.ifPresent(instead -> holdOther(instead, prompt, dialogue.apply(Sampling.UNSAID)));
  }

  /// With Freehold's engine.
  ///
  /// @return the engine that takes its place, where it does not load the model
  private Optional<EngineChoice.Other> holdOwn(
      Optional<String> prompt, Function<Sampling, Dialogue> dialogue) {
    LocalModel local;
    try {
      local = open();
    } catch (ModelException | TensorException | TextException | KernelException failure) {
      Optional<EngineChoice.Other> other = computing.engine().instead(surroundings, found, failure);
      if (other.isEmpty()) {
        throw computing.engine().failure(found, failure);
      }
      surroundings.err().println("note: " + Failure.printable("" + failure.getMessage()));
      return other;
    }
    computing.engine().tellUnused(surroundings.err());
    try (Model opened = local.model()) {
      Dialogue fresh = dialogue.apply(local.defaults());
      if (verbose) {
        surroundings.err().println("engine freehold");
      }
      try (LocalBackend backend = new LocalBackend(local, engineOptions())) {
        hold(backend, "context " + backend.contextLength() + " tokens", prompt, fresh);
      }
    }
    return Optional.empty();
  }

  private LocalModel open() {
    Model opened = Models.openQuickly(surroundings, found, computing.arithmetic());
    try {
      return Models.local(surroundings, found, opened, Optional.empty());
    } catch (Throwable e) {
      opened.close();
      throw e;
    }
  }

  private void holdOther(EngineChoice.Other other, Optional<String> prompt, Dialogue dialogue) {
    if (receipt.isPresent()) {
      throw new CliException(
          Exit.USAGE, "--receipt: there are no receipts of " + other, "Leave it out.");
    }
    try (OtherEngine engine = new OtherEngine(surroundings, other, found, context, Set.of());
        AtExit interrupted = new AtExit(engine::close)) {
      surroundings.err().println("note: " + engine.told());
      engine.awaitReady();
      hold(engine, "by " + engine.name(), prompt, dialogue);
    }
  }

  private void hold(
      ChatBackend backend, String detail, Optional<String> prompt, Dialogue dialogue) {
    boolean isTerminal = TerminalStreams.isTerminal(SystemStream.Output);
    AnswerPrinter printer = new AnswerPrinter(surroundings, isTerminal, verbose);
    if (prompt.isPresent()) {
      ChatRequest request = dialogue.request(prompt.get());
      boolean wantsReceipt = receipt.isPresent();
      printer.print(
          backend,
          request.withOutput(request.output().withReceipt(wantsReceipt)),
          new Cancellation());
      receipt.ifPresent(file -> write(file, printer.receipt()));
    } else {
      surroundings.err().println(greeting(detail));
      ChatConsole console = new ChatConsole(backend, dialogue, printer, surroundings.err());
      TerminalChat.run(console, history());
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

  private String greeting(String detail) {
    return "%s, %s; /help shows what you can do".formatted(Failure.printable(found.name()), detail);
  }

  private Path history() {
    String state = surroundings.environment().getOrDefault("XDG_STATE_HOME", "");
    Path base = state.isEmpty() ? surroundings.home().resolve(".local/state") : Path.of(state);
    return base.resolve("freehold/history");
  }
}
