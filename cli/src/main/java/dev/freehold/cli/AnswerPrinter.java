package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Usage;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Prints one answer as it comes: its text on standard output, all else on standard error.
final class AnswerPrinter {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean isTerminal;
  private final boolean isVerbose;
  private final StringBuilder text = new StringBuilder();
  private String failure = "";
  private Optional<JsonNode> receipt = Optional.empty();

  /// @param isTerminal whether control characters in the text are to be spelled out
  AnswerPrinter(Surroundings surroundings, boolean isTerminal, boolean isVerbose) {
    this.out = surroundings.out();
    this.err = surroundings.err();
    this.isTerminal = isTerminal;
    this.isVerbose = isVerbose;
  }

  /// Asks, prints, and gives back the text of the answer.
  ///
  /// @throws CliException where the answer broke off
  /// @throws ChatException where there was none
  String print(ChatBackend backend, ChatRequest request, Cancellation cancellation) {
    text.setLength(0);
    failure = "";
    receipt = Optional.empty();
    backend.answer(request, this::show, cancellation);
    if (!failure.isEmpty()) {
      throw new CliException("the answer broke off: " + failure);
    }
    return text.toString();
  }

  /// The receipt of the last answer, where one was asked for and the answer is complete.
  Optional<JsonNode> receipt() {
    return receipt;
  }

  private void show(ChatEvent event) {
    switch (event) {
      case ChatEvent.Notice notice -> err.println("note: " + Failure.printable(notice.text()));
      case ChatEvent.TextDelta delta -> {
        text.append(delta.text());
        out.print(isTerminal ? TerminalStreams.safe(delta.text()) : delta.text());
        out.flush();
      }
      case ChatEvent.Finished finished -> {
        endLine();
        receipt = finished.receipt();
        finish(finished);
      }
      case ChatEvent.Failed failed -> {
        endLine();
        failure = String.valueOf(failed.failure().getMessage());
      }
      case ChatEvent.Served served ->
          err.println(
              "note: answered by %s of %s"
                  .formatted(
                      Failure.printable(served.model()), Failure.printable(served.backend())));
      case ChatEvent.ReasoningSealed _,
          ChatEvent.Progress _,
          ChatEvent.PromptLogprobs _,
          ChatEvent.AnswerLogprob _,
          ChatEvent.ReasoningDelta _,
          ChatEvent.CallStarted _,
          ChatEvent.CallArguments _ -> {}
    }
  }

  private void endLine() {
    if (text.isEmpty() || text.charAt(text.length() - 1) != '\n') {
      out.println();
    }
    out.flush();
  }

  private void finish(ChatEvent.Finished finished) {
    Usage usage = finished.usage();
    switch (finished.reason()) {
      case END, TOOL_CALLS, STOP_STRING -> {}
      case MAX_TOKENS ->
          err.println("note: cut off after %d tokens".formatted(usage.completionTokens()));
      case CONTEXT_FULL ->
          err.println(
              "note: cut off, the context is full: %d tokens of prompt and %d of answer"
                  .formatted(usage.promptTokens(), usage.completionTokens()));
      case REFUSED -> err.println("note: the model declined to go on");
      case CANCELLED -> err.println("note: stopped");
    }
    if (isVerbose) {
      err.printf(
          Locale.ROOT,
          "prompt %d tokens (%d reused) in %s; answer %d tokens in %s; seed %d%n",
          usage.promptTokens(),
          usage.reusedTokens(),
          rate(usage.promptTokens() - usage.reusedTokens(), usage.prefill()),
          usage.completionTokens(),
          rate(usage.completionTokens(), usage.decode()),
          usage.seed());
    }
  }

  private static String rate(int tokens, Duration time) {
    double seconds = time.toNanos() / 1e9;
    return String.format(
        Locale.ROOT, "%.2f s (%.1f tokens/s)", seconds, seconds > 0 ? tokens / seconds : 0);
  }
}
