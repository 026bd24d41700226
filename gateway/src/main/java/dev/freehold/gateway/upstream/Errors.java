package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatException;
import dev.freehold.gateway.failure.Failure;
import dev.freehold.gateway.failure.FailureClass;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What an error of a server means, whatever the vendor's words.
///
/// The status counts first, then `type` and `code`, then a few words of the message, since some
/// vendors tell very different things with one status.
final class Errors {
  private static final int SHOWN = 300;
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);
  private static final Pattern KEY_LIKE = Pattern.compile("\\b(sk|pk|key)-[A-Za-z0-9_*.-]{4,}");
  private static final Pattern CONTEXT =
      Pattern.compile(
          "context.?(length|window|size)|prompt is too long|maximum context|too many (input "
              + ")?tokens"
              + "|input is too long|exceeds? the (available )?context");
  private static final Pattern FILTER =
      Pattern.compile(
          "content.?(filter|policy|management)|responsible ?ai|safety system|moderation");
  private static final Pattern MODEL_GONE =
      Pattern.compile(
          "model.{0,80}(not.?found|does not exist|deprecated|decommissioned|retired"
              + "|no longer|not exist|shut.?down)|\\b(deprecated|retired|unknown|no such) model");
  private static final Pattern REGION =
      Pattern.compile("countr(y|ies)|\\bregion|territor(y|ies)|location is not supported");
  private static final Pattern MONEY =
      Pattern.compile(
          "insufficient.?(quota|balance|funds)|credit balance|billing|exceeded your "
              + "current quota|payment required");
  private static final Pattern KEY =
      Pattern.compile("invalid.{0,8}api.?key|api.?key.{0,12}(not valid|invalid|expired|revoked)");

  private Errors() {}

  /// A text of others as messages show it: short, printable, without what looks like a key.
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(SHOWN)
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .forEach(shown::appendCodePoint);
    return KEY_LIKE.matcher(shown).replaceAll("[key]").strip();
  }

  /// An answer with an error status.
  ///
  /// @param body as JSON; a missing node where it is none
  /// @param text the body as text
  static Failure ofStatus(String backend, int status, JsonNode body, String text) {
    String words = words(body, text);
    boolean isPage = body.isMissingNode() && text.stripLeading().startsWith("<");
    FailureClass type = type(status, words, isPage);
    return failure(backend, "answered %d".formatted(status), type, body, isPage ? "" : text);
  }

  /// An error within an answer that began well.
  static Failure inAnswer(String backend, JsonNode piece) {
    JsonNode error = piece.path("error");
    OptionalInt status = status(error);
    String words = words(piece, "");
    FailureClass type =
        status.isPresent() ? type(status.getAsInt(), words, false) : typeOfWords(words);
    return failure(backend, "told an error within its answer", type, piece, "");
  }

  /// Whether a piece of an answer is an error.
  static boolean isError(JsonNode piece) {
    JsonNode error = piece.path("error");
    return error.isObject() || error.isString() && !error.stringValue().isEmpty();
  }

  private static OptionalInt status(JsonNode error) {
    for (String name : new String[] {"status", "code", "http_code"}) {
      OptionalInt number = Telling.count(error.path(name));
      if (number.isPresent() && number.getAsInt() >= 400 && number.getAsInt() < 600) {
        return number;
      }
    }
    return OptionalInt.empty();
  }

  private static String words(JsonNode body, String text) {
    JsonNode error = body.path("error");
    String words =
        error.isObject()
            ? String.join(
                " ",
                error.path("type").stringValue(""),
                error.path("code").stringValue(""),
                error.path("status").stringValue(""),
                error.path("message").stringValue(""))
            : error.isString() ? error.stringValue() : body.isMissingNode() ? text : "" + body;
    return shown(words).toLowerCase(Locale.ROOT);
  }

  private static FailureClass type(int status, String words, boolean isPage) {
    if (status >= 300 && status < 400) {
      return FailureClass.MALFORMED;
    }
    return switch (status) {
      case 401 -> isPage ? FailureClass.PROXY : FailureClass.REVOKED_KEY;
      case 402 -> FailureClass.QUOTA;
      case 403 ->
          isPage
              ? FailureClass.PROXY
              : REGION.matcher(words).find()
                  ? FailureClass.REGION_BLOCK
                  : MONEY.matcher(words).find() ? FailureClass.QUOTA : FailureClass.POLICY_BLOCK;
      case 404, 410 -> FailureClass.WITHDRAWN;
      case 407 -> FailureClass.PROXY;
      case 408, 409, 425 -> FailureClass.TRANSIENT;
      case 429 -> MONEY.matcher(words).find() ? FailureClass.QUOTA : FailureClass.OVERLOADED;
      case 451 -> FailureClass.REGION_BLOCK;
      case 501 -> FailureClass.UNSUPPORTED;
      case 529 -> FailureClass.OVERLOADED;
      default -> status >= 500 ? FailureClass.TRANSIENT : ofClientError(words);
    };
  }

  private static FailureClass ofClientError(String words) {
    if (CONTEXT.matcher(words).find()) {
      return FailureClass.CONTEXT_OVERFLOW;
    }
    if (FILTER.matcher(words).find()) {
      return FailureClass.CONTENT_REFUSAL;
    }
    if (MONEY.matcher(words).find()) {
      return FailureClass.QUOTA;
    }
    if (KEY.matcher(words).find()) {
      return FailureClass.REVOKED_KEY;
    }
    if (REGION.matcher(words).find()) {
      return FailureClass.REGION_BLOCK;
    }
    return MODEL_GONE.matcher(words).find() ? FailureClass.WITHDRAWN : FailureClass.BAD_REQUEST;
  }

  private static FailureClass typeOfWords(String words) {
    if (words.startsWith("invalid_request_error") || words.startsWith("badrequest")) {
      return ofClientError(words);
    }
    if (words.startsWith("authentication_error")) {
      return FailureClass.REVOKED_KEY;
    }
    if (words.startsWith("permission_error")) {
      return FailureClass.POLICY_BLOCK;
    }
    if (words.startsWith("not_found_error")) {
      return FailureClass.WITHDRAWN;
    }
    if (words.contains("overloaded") || words.contains("rate_limit")) {
      return MONEY.matcher(words).find() ? FailureClass.QUOTA : FailureClass.OVERLOADED;
    }
    FailureClass told = ofClientError(words);
    return told == FailureClass.BAD_REQUEST ? FailureClass.TRANSIENT : told;
  }

  private static Failure failure(
      String backend, String what, FailureClass type, JsonNode body, String text) {
    JsonNode error = body.path("error");
    String said =
        error.isObject()
            ? error.path("message").stringValue("")
            : error.isString() ? error.stringValue() : text;
    String meaning =
        switch (type) {
          case REVOKED_KEY -> "its key is not accepted: wrong, expired or revoked";
          case QUOTA -> "the account's quota or money is used up";
          case POLICY_BLOCK -> "the account may not do this; a policy blocks it";
          case REGION_BLOCK -> "it does not serve this region";
          case WITHDRAWN -> "it does not offer this model, or not any more";
          case PROXY -> "a proxy on the way refuses; the key may be fine";
          default -> type.key().replace('_', ' ');
        };
    String told = type == FailureClass.REVOKED_KEY ? "" : shown(said);
    String message =
        "%s %s (%s)%s".formatted(backend, what, meaning, told.isEmpty() ? "" : ": " + told);
    return new Failure(type, message, Duration.ZERO, excess(type, error));
  }

  private static Optional<ChatException.Excess> excess(FailureClass type, JsonNode error) {
    OptionalInt prompt = Telling.count(error.path("n_prompt_tokens"));
    OptionalInt context = Telling.count(error.path("n_ctx"));
    return type == FailureClass.CONTEXT_OVERFLOW && prompt.isPresent() && context.isPresent()
        ? Optional.of(new ChatException.Excess(prompt.getAsInt(), context.getAsInt()))
        : Optional.empty();
  }

  /// What `Retry-After` says: seconds or a date; zero where it says nothing that can be.
  static Duration retryAfter(Optional<String> millis, Optional<String> header, Instant now) {
    Optional<String> inMillis = millis.filter(text -> text.matches("\\d{1,9}"));
    if (inMillis.isPresent()) {
      return bounded(Duration.ofMillis(Long.parseLong(inMillis.get())));
    }
    if (header.isEmpty()) {
      return Duration.ZERO;
    }
    String text = header.get().strip();
    if (text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
      return bounded(Duration.ofMillis((long) (Double.parseDouble(text) * 1000)));
    }
    try {
      ZonedDateTime then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      return bounded(Duration.between(now, then.toInstant()));
    } catch (DateTimeException nonsense) {
      return Duration.ZERO;
    }
  }

  private static Duration bounded(Duration wait) {
    return wait.isNegative()
        ? Duration.ZERO
        : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }
}
