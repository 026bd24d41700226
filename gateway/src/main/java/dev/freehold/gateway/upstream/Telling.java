package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Tells one answer of a server, piece by piece: whole characters only, calls of tools when all is
/// there, and usage that can be.
final class Telling {
  private static final int MAX_TOKENS = 1_000_000_000;
  private static final int CHARACTERS_PER_TOKEN = 4;

  private final String backend;
  private final Time time;
  private final Consumer<ChatEvent> events;
  private final HeldCalls calls = new HeldCalls();
  private final long begun;
  private String model;
  private boolean isModelSaid;
  private boolean isServedTold;
  private String carriedText = "";
  private String carriedThought = "";
  private long told;
  private long progress;
  private long firstNanos;
  private OptionalInt promptTokens = OptionalInt.empty();
  private OptionalInt cachedTokens = OptionalInt.empty();
  private OptionalInt answerTokens = OptionalInt.empty();
  private OptionalInt thoughtTokens = OptionalInt.empty();
  private @Nullable FinishReason reason;
  private String stop = "";
  private boolean isRefusal;

  /// @param backend the server's name
  /// @param model as it was asked for
  Telling(String backend, String model, Time time, Consumer<ChatEvent> events) {
    this.backend = backend;
    this.model = model;
    this.time = time;
    this.events = events;
    this.begun = time.nanos();
  }

  /// The model that the server says it is, the first time; what is no name is left out.
  void model(JsonNode name) {
    String said = name.stringValue("");
    if (!isModelSaid && said.matches("[!-~]([ -~]{0,198}[!-~])?")) {
      model = said;
      isModelSaid = true;
    }
  }

  String model() {
    return model;
  }

  /// How many pieces of the answer came: grows with each.
  long progress() {
    return progress;
  }

  boolean hasCalls() {
    return calls.hasAny();
  }

  private void advance() {
    if (progress++ == 0) {
      firstNanos = time.nanos();
    }
    if (!isServedTold) {
      isServedTold = true;
      events.accept(new ChatEvent.Served(backend, model));
    }
  }

  void text(String piece) {
    if (!piece.isEmpty()) {
      advance();
      told += piece.length();
      String text = carriedText + piece;
      carriedText = half(text);
      tell(text, carriedText, ChatEvent.TextDelta::new);
    }
  }

  /// How likely the tokens of the next text were.
  void logprobs(List<TokenLogprob> tokens) {
    for (TokenLogprob token : tokens) {
      advance();
      events.accept(new ChatEvent.AnswerLogprob(token));
    }
  }

  /// What a model says instead of an answer.
  void refusal(String piece) {
    isRefusal |= !piece.isEmpty();
    text(piece);
  }

  void reasoning(String piece) {
    if (!piece.isEmpty()) {
      advance();
      told += piece.length();
      String text = carriedThought + piece;
      carriedThought = half(text);
      tell(text, carriedThought, ChatEvent.ReasoningDelta::new);
    }
  }

  /// What was thought since the last seal is sealed.
  ///
  /// @param isRedacted whether nothing else is told of it
  void sealed(String seal, boolean isRedacted) {
    if (!seal.isEmpty()) {
      advance();
      told += seal.length();
      events.accept(new ChatEvent.ReasoningSealed(backend, seal, isRedacted));
    }
  }

  /// Half a character at the end, which the next piece completes.
  private static String half(String text) {
    char last = text.charAt(text.length() - 1);
    return Character.isHighSurrogate(last) ? String.valueOf(last) : "";
  }

  private void tell(
      String text, String half, java.util.function.Function<String, ChatEvent> event) {
    String whole = text.substring(0, text.length() - half.length());
    if (!whole.isEmpty()) {
      events.accept(event.apply(whole));
    }
  }

  void call(int index, String id, String name, String arguments) {
    advance();
    told += arguments.length();
    if (!calls.add(index, id, name, arguments)) {
      throw new AttemptException(
          FailureClass.MALFORMED, "the answer calls more tools than can be, or with too much");
    }
  }

  void notice(String text) {
    events.accept(new ChatEvent.Notice(text));
  }

  /// Counts of tokens as far as they are said and can be; the last ones count.
  void promptTokens(JsonNode total, JsonNode cached) {
    OptionalInt all = count(total);
    if (all.isPresent()) {
      promptTokens = all;
      OptionalInt of = count(cached);
      cachedTokens = of.isPresent() && of.getAsInt() <= all.getAsInt() ? of : cachedTokens;
    }
  }

  void answerTokens(JsonNode total, JsonNode reasoning) {
    OptionalInt all = count(total);
    if (all.isPresent()) {
      answerTokens = all;
      OptionalInt of = count(reasoning);
      thoughtTokens = of.isPresent() && of.getAsInt() <= all.getAsInt() ? of : thoughtTokens;
    }
  }

  static OptionalInt count(JsonNode value) {
    return value.isIntegralNumber()
            && value.canConvertToInt()
            && value.intValue() >= 0
            && value.intValue() <= MAX_TOKENS
        ? OptionalInt.of(value.intValue())
        : OptionalInt.empty();
  }

  void finish(FinishReason newReason, String newStop) {
    reason = newReason;
    stop = newStop;
  }

  /// Whether it is known why the answer ended.
  boolean hasReason() {
    return reason != null;
  }

  /// Whether counts of tokens came.
  boolean hasUsage() {
    return promptTokens.isPresent() && answerTokens.isPresent();
  }

  /// Tells calls and end.
  ///
  /// @param promptCharacters of the request, by which tokens are estimated where the server counts
  ///   none
  /// @return whether tokens are estimated
  boolean end(long promptCharacters) {
    FinishReason ended = Optional.ofNullable(reason).orElseThrow(Telling::cut);
    boolean isCutOff = ended == FinishReason.MAX_TOKENS || ended == FinishReason.CONTEXT_FULL;
    if (!isCutOff && !calls.isWhole()) {
      throw new AttemptException(
          FailureClass.CUT, "the answer ended inside of the arguments of a tool's call");
    }
    if (!carriedText.isEmpty()) {
      events.accept(new ChatEvent.TextDelta("\uFFFD"));
    }
    advance();
    boolean hasCalls = calls.hasAny();
    if (calls.release(events) > 0) {
      notice("a tool's call was cut off by the limit of tokens and is left out");
    } else if (hasCalls && ended == FinishReason.END) {
      ended = FinishReason.TOOL_CALLS;
    }
    ended = isRefusal && ended == FinishReason.END ? FinishReason.REFUSED : ended;
    boolean isEstimated = !hasUsage();
    events.accept(new ChatEvent.Finished(ended, usage(promptCharacters), stop));
    return isEstimated;
  }

  private Usage usage(long promptCharacters) {
    long now = time.nanos();
    return new Usage(
        promptTokens.orElse(estimate(promptCharacters)),
        cachedTokens.orElse(0),
        answerTokens.orElse(estimate(told)),
        thoughtTokens.orElse(0),
        Duration.ZERO,
        Duration.ofNanos(firstNanos - begun),
        Duration.ofNanos(now - firstNanos),
        0);
  }

  private static int estimate(long characters) {
    return (int) Math.min(MAX_TOKENS, characters / CHARACTERS_PER_TOKEN + 1);
  }

  /// The failure of an answer without an end.
  static AttemptException cut() {
    return new AttemptException(
        FailureClass.CUT, "the answer ended without its end: it may be cut short");
  }
}
