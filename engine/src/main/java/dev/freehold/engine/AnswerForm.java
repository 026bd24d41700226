package dev.freehold.engine;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolChoice;
import dev.freehold.engine.constraint.Constraint;
import dev.freehold.engine.constraint.TokenVocabulary;
import dev.freehold.engine.reply.CallDelivery;
import dev.freehold.engine.reply.ForcedCall;
import dev.freehold.engine.reply.ReplyFormat;
import dev.freehold.engine.reply.ReplyParser;
import dev.freehold.engine.reply.ReplyParser.Place;
import dev.freehold.engine.reply.ReplySettings;
import dev.freehold.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a model's answers are made of: how they are taken apart, and how they are held to a form.
///
/// Made once per model; safe to share between threads.
final class AnswerForm {
  private static final int MOST_COMPILED = 16;
  private static final int[] NO_TOKENS = {};

  /// What may close the brackets around a call's arguments.
  private static final String CLOSING = "}])\",; \n\t";

  private final Tokenizer tokenizer;
  private final ReplyFormat format;
  private final Map<OutputFormat, Constraint> compiled = new LinkedHashMap<>(16, 0.75f, true);
  private Optional<TokenVocabulary> vocabulary = Optional.empty();

  AnswerForm(LocalModel local) {
    this.tokenizer = local.tokenizer();
    this.format = ReplyFormat.of(local.templates(), tokenizer);
  }

  ReplyFormat format() {
    return format;
  }

  /// Takes an answer apart; empty where it is told as it was written.
  ///
  /// @param reasoningOpen whether the prompt ends in an open block of thoughts
  Optional<ReplyParser> parser(ChatRequest request, boolean reasoningOpen, long seed) {
    if (request.output().asWritten() || !(request.input() instanceof Input.Conversation asked)) {
      return Optional.empty();
    }
    Output output = request.output();
    boolean mayCall = !(output.toolChoice() instanceof ToolChoice.None);
    boolean isHeld = demanded(request).isPresent() && format.forcesWholeCalls();
    return Optional.of(
        format.parser(
            new ReplySettings(
                mayCall ? asked.tools() : List.of(),
                reasoningOpen,
                seed,
                output.parallelCalls() ? ReplySettings.MAX_CALLS : 1,
                isHeld ? CallDelivery.DEMANDED : CallDelivery.WHOLE)));
  }

  /// What the answer must be.
  ///
  /// @throws ChatException where the format or the tools cannot be held to
  Guide guide(ChatRequest request, Optional<ReplyParser> parser, boolean reasoningOpen) {
    Supplier<Place> place = parser.isPresent() ? parser.get()::place : () -> Place.CONTENT;
    Guide guide = guide(request, place, reasoningOpen || parser.isEmpty());
    OptionalInt most = request.ending().maxThoughtTokens();
    Optional<String> end = format.thoughtEnd();
    return most.isPresent() && parser.isPresent() && end.isPresent()
        ? new ThoughtBudget(guide, place, tokenizer.encode(end.get(), true), most.getAsInt())
        : guide;
  }

  private Guide guide(ChatRequest request, Supplier<Place> place, boolean cannotBeginToThink) {
    Output output = request.output();
    Optional<List<Tool>> demanded = demanded(request);
    boolean isHeld = demanded.isPresent() || !(output.format() instanceof OutputFormat.Free);
    if (isHeld && Prefill.of(request.input()).isPresent()) {
      throw new ChatException(
          "messages",
          "the last one is of the assistant; an answer that must be a call or of a format cannot"
              + " continue it, end with another message");
    }
    OptionalInt mark = cannotBeginToThink ? OptionalInt.empty() : thoughtMark();
    if (demanded.isPresent()) {
      boolean endsAfterCall = !output.parallelCalls();
      return new CallGuide(calls(demanded.get()), place, mark, endsAfterCall);
    }
    if (output.format() instanceof OutputFormat.Free) {
      return Guide.FREE;
    }
    Optional<Constraint> constraint = compiled(output.format());
    return constraint.isPresent() ? new FormatGuide(constraint.get(), place, mark) : Guide.FREE;
  }

  /// The tools of which one must be called; empty where none must.
  private static Optional<List<Tool>> demanded(ChatRequest request) {
    List<Tool> tools =
        request.input() instanceof Input.Conversation asked ? asked.tools() : List.of();
    return switch (request.output().toolChoice()) {
      case ToolChoice.Auto _, ToolChoice.None _ -> Optional.empty();
      case ToolChoice.Required _ -> {
        if (tools.isEmpty()) {
          throw new ChatException("tool_choice", "a call is demanded and no tools are given");
        }
        yield Optional.of(tools);
      }
      case ToolChoice.Named named -> {
        List<Tool> chosen =
            tools.stream().filter(tool -> tool.name().equals(named.tool())).toList();
        if (chosen.isEmpty()) {
          throw new ChatException(
              "tool_choice", "\"%s\" is not among the tools".formatted(named.tool()));
        }
        yield Optional.of(chosen);
      }
    };
  }

  private List<CallGuide.Call> calls(List<Tool> tools) {
    return switch (format.forcedCall(tools)) {
      case ForcedCall.Unsupported no ->
          throw new ChatException(Kind.NOT_SUPPORTED, "tool_choice", no.reason());
      case ForcedCall.Grammar grammar -> {
        List<CallGuide.Call> calls = new ArrayList<>();
        for (ForcedCall.Alternative one : grammar.alternatives()) {
          calls.add(call(one));
        }
        yield calls;
      }
    };
  }

  /// Spaces before the arguments and brackets after them belong to their automaton, since models
  /// write both in tokens with the begin and the end of the arguments.
  private CallGuide.Call call(ForcedCall.Alternative one) {
    if (one.arguments().isEmpty()) {
      return new CallGuide.Call(tokenizer.encode(one.prefix(), true), Optional.empty(), NO_TOKENS);
    }
    String begin = one.prefix().stripTrailing();
    String before = one.prefix().substring(begin.length());
    int closing = 0;
    while (closing < one.suffix().length() && CLOSING.indexOf(one.suffix().charAt(closing)) >= 0) {
      closing++;
    }
    String after = one.suffix().substring(0, closing);
    Optional<Constraint> arguments =
        compiled(ofObject(one.arguments().get()))
            .map(constraint -> constraint.between(before, after));
    String end = one.suffix().substring(closing);
    return new CallGuide.Call(
        tokenizer.encode(begin, true),
        arguments,
        end.isEmpty() ? NO_TOKENS : tokenizer.encode(end, true));
  }

  /// The schema of a call's arguments, which are an object also where it does not say so.
  private static OutputFormat ofObject(JsonNode schema) {
    boolean isOpen =
        schema instanceof ObjectNode
            && Stream.of("type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const")
                .noneMatch(schema::has);
    return new OutputFormat.JsonSchema(
        isOpen ? ((ObjectNode) schema.deepCopy()).put("type", "object") : schema);
  }

  /// A compiled format; those used last are kept, since clients ask for the same ones again.
  private Optional<Constraint> compiled(OutputFormat format) {
    synchronized (compiled) {
      Constraint known = compiled.get(format);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<Constraint> fresh = Constraint.compile(format, vocabulary());
    synchronized (compiled) {
      fresh.ifPresent(constraint -> compiled.put(format, constraint));
      if (compiled.size() > MOST_COMPILED) {
        compiled.remove(compiled.keySet().iterator().next());
      }
    }
    return fresh;
  }

  private synchronized TokenVocabulary vocabulary() {
    if (vocabulary.isEmpty()) {
      vocabulary = Optional.of(TokenVocabulary.of(tokenizer));
    }
    return vocabulary.get();
  }

  /// The token that opens a block of thoughts, where it is a single one.
  private OptionalInt thoughtMark() {
    Optional<String> mark = format.thoughtMark();
    if (mark.isEmpty()) {
      return OptionalInt.empty();
    }
    int[] ids = tokenizer.encode(mark.get(), true);
    return ids.length == 1 ? OptionalInt.of(ids[0]) : OptionalInt.empty();
  }
}
