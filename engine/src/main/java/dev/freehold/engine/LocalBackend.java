package dev.freehold.engine;

import dev.freehold.chat.Activity;
import dev.freehold.chat.ActivityBackend;
import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.TokenBackend;
import dev.freehold.engine.reply.ReplyParser;
import dev.freehold.model.Architecture;
import dev.freehold.model.Model;
import dev.freehold.text.ChatTemplate;
import dev.freehold.text.Prompt;
import dev.freehold.text.TextException;
import dev.freehold.text.Tokenizer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Answers requests with a model in this process, many at the same time, and keeps what it
/// computed, so that a growing conversation is computed once.
///
/// Conversations go through the model's chat template. A model without one has learned no turns: it
/// continues the texts of the messages, joined by empty lines, and a notice says so.
///
/// Owns its engine; the model is the caller's.
public final class LocalBackend
    implements ChatBackend, TokenBackend, EmbeddingBackend, ActivityBackend, AutoCloseable {
  static final String NO_TEMPLATE =
      "this model has no chat template: it continues the text of the messages as a plain document";

  private final LocalModel local;
  private final EngineOptions options;
  private final int contextLength;
  private final Scheduler scheduler;
  private final TextEmbedder embedder;
  private final AnswerForm form;

  /// @throws EngineException where the context is longer than the model was made for, or its state
  ///   needs more memory than there is
  public LocalBackend(LocalModel local, EngineOptions options) {
    this.local = local;
    this.options = options;
    this.contextLength = contextLength(local.model(), options);
    requireMemory(local.model(), contextLength, options.memoryBytes());
    this.scheduler = new Scheduler(local.model(), contextLength, options);
    this.form = new AnswerForm(local);
    this.embedder = new TextEmbedder(local.model(), options.stepTokens());
  }

  private static int contextLength(Model model, EngineOptions options) {
    Architecture architecture = model.architecture();
    int most = architecture.contextLength();
    OptionalInt wanted = options.contextLength();
    if (wanted.isPresent() && wanted.getAsInt() > most) {
      throw new EngineException(
          "context: %d tokens asked for, the model was made for %d; ask for no more"
              .formatted(wanted.getAsInt(), most));
    }
    return options.contextLengthFor(model);
  }

  private static void requireMemory(Model model, int context, long memoryBytes) {
    long needed = model.stateBytes(context);
    if (needed > memoryBytes) {
      throw new EngineException(
          ("context: the state of %d tokens needs %d MB, and %d MB are free;"
                  + " ask for a shorter context, or for keys and values of fewer bits")
              .formatted(context, needed >> 20, memoryBytes >> 20));
    }
  }

  /// Writes one token, so that a model that does not work is found before it is needed, and the
  /// first request finds the weights in memory.
  ///
  /// @throws ChatException where the model cannot write
  public void warm() {
    Sampling greedy = Sampling.greedy();
    Input first = new Input.Tokens(List.of(0));
    text(
        new ChatRequest("", first, greedy, Ending.NATURAL.withMaxTokens(1))
            .withCaller(new Caller("", Caller.Priority.INTERACTIVE, false)));
  }

  /// Tokens of a prompt and its answer.
  public int contextLength() {
    return contextLength;
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    requireModel(request.model());
    Supplier<LocalDateTime> now = now();
    PromptTokens prompt = prompt(request.input(), now);
    requireFit(prompt.ids().length);
    Sampling sampling = request.sampling().or(local.defaults());
    AnswerQueue answer = new AnswerQueue();
    Job job =
        new Job(
            request.caller(),
            prompt.ids(),
            capacity(prompt.ids().length, request.ending()),
            generation(request, prompt, sampling, answer::put),
            new Job.Answering(answer, cancellation, sampling.seed().orElse(0L)),
            request.output().logprobs().ofPrompt(),
            new PromptLookup(options.scheduling().draftTokens()));
    Consumer<ChatEvent> told =
        request.output().receipt()
            ? new ReceiptScribe(
                local,
                ReceiptScribe.question(request, sampling, now.get(), contextLength, prompt.ids()),
                job,
                events,
                cancellation)
            : events;
    scheduler.submit(job);
    if (request.input() instanceof Input.Conversation && local.templates().sources().isEmpty()) {
      events.accept(new ChatEvent.Notice(NO_TEMPLATE));
    }
    answer.drain(told, cancellation);
  }

  private int capacity(int promptTokens, Ending ending) {
    return (int)
        Math.min(contextLength, (long) promptTokens + ending.maxTokens().orElse(contextLength));
  }

  private Generation generation(
      ChatRequest request, PromptTokens prompt, Sampling sampling, Consumer<ChatEvent> events) {
    Tokenizer tokenizer = local.tokenizer();
    Optional<ReplyParser> parser =
        form.parser(
            request, prompt.opensReasoning(), sampling.seed().orElse(0L) + prompt.ids().length);
    Generation generation =
        new Generation(
            new Generation.Rules(
                tokenizer,
                local.model().architecture().vocabSize(),
                contextLength,
                sampling,
                request.ending(),
                request.output().logprobs()),
            new AnswerText(tokenizer, request.ending().stop(), parser, events),
            form.guide(request, parser, prompt.opensReasoning()),
            events);
    generation.begin(prompt.ids());
    return generation;
  }

  /// What a model reads.
  ///
  /// @param opensReasoning whether it ends in an open block of thoughts
  private record PromptTokens(int[] ids, boolean opensReasoning) {}

  private void requireModel(String model) {
    if (!model.isEmpty() && !model.equals(local.name())) {
      throw new ChatException(
          Kind.MODEL_NOT_FOUND,
          "model",
          "\"%s\" is not served here; \"%s\" is".formatted(model, local.name()));
    }
  }

  private void requireFit(int promptTokens) {
    if (promptTokens >= contextLength) {
      throw new ChatException(
          new ChatException.Excess(promptTokens, contextLength),
          "",
          ("the prompt has %d tokens and the context holds %d, one of them for the answer;"
                  + " shorten the prompt or ask for a longer context (the model allows %d)")
              .formatted(
                  promptTokens, contextLength, local.model().architecture().contextLength()));
    }
  }

  private PromptTokens prompt(Input input) {
    return prompt(input, now());
  }

  /// The present time of the clock, in its zone once that is asked for: only templates and receipts
  /// need it, and a process reads the table of zones for it.
  private Supplier<LocalDateTime> now() {
    Instant instant = options.clock().instant();
    return () -> LocalDateTime.ofInstant(instant, options.clock().getZone());
  }

  private PromptTokens prompt(Input input, Supplier<LocalDateTime> now) {
    Tokenizer tokenizer = local.tokenizer();
    PromptTokens prompt =
        switch (input) {
          case Input.Conversation conversation -> prompt(conversation, now);
          case Input.Text text ->
              new PromptTokens(tokenizer.encodeWithSpecials(text.text()), false);
          case Input.Tokens tokens ->
              new PromptTokens(tokens.ids().stream().mapToInt(id -> id).toArray(), false);
        };
    int[] ids = prompt.ids();
    int vocabSize = local.model().architecture().vocabSize();
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabSize) {
        throw new ChatException(
            "prompt",
            "token %d at index %d: the model has ids 0 to %d".formatted(ids[i], i, vocabSize - 1));
      }
    }
    if (ids.length == 0) {
      throw new ChatException("prompt", "holds no token; at least one is needed");
    }
    return prompt;
  }

  private void refuseImages(Input.Conversation conversation) {
    for (int i = 0; i < conversation.messages().size(); i++) {
      if (conversation.messages().get(i).content().stream()
          .anyMatch(Part.Image.class::isInstance)) {
        throw new ChatException(
            Kind.NOT_SUPPORTED,
            "messages[%d]".formatted(i),
            "holds an image, and %s reads text only; send text, or ask a model that reads images"
                .formatted(local.name()));
      }
    }
  }

  private PromptTokens prompt(Input.Conversation conversation, Supplier<LocalDateTime> now) {
    refuseImages(conversation);
    Tokenizer tokenizer = local.tokenizer();
    try {
      Optional<ChatTemplate> template = local.templates().find(!conversation.tools().isEmpty());
      if (template.isPresent()) {
        Prompt rendered =
            template
                .get()
                .render(
                    TemplateInput.of(conversation, template.get().source()),
                    text(tokenizer.bosId()),
                    text(tokenizer.eosId()),
                    now.get());
        Prompt prompt =
            Prefill.of(conversation).map(text -> Prefill.cut(rendered, text)).orElse(rendered);
        return new PromptTokens(tokenizer.encode(prompt), form.format().opensReasoning(prompt));
      }
    } catch (TextException e) {
      throw new ChatException(
          Kind.INVALID_REQUEST, "the model's chat template refuses: " + e.getMessage(), e);
    }
    String text =
        conversation.messages().stream()
            .map(Message::content)
            .map(Part::text)
            .collect(Collectors.joining("\n\n"));
    int[] ids = tokenizer.encode(Prompt.untrusted(text));
    if (tokenizer.addsBos() && tokenizer.bosId().isPresent()) {
      int[] begun = new int[ids.length + 1];
      begun[0] = tokenizer.bosId().getAsInt();
      System.arraycopy(ids, 0, begun, 1, ids.length);
      return new PromptTokens(begun, false);
    }
    return new PromptTokens(ids, false);
  }

  private Optional<String> text(OptionalInt id) {
    return id.isPresent()
        ? Optional.of(local.tokenizer().tokenText(id.getAsInt()))
        : Optional.empty();
  }

  @Override
  public List<Integer> tokenize(String model, String text) {
    requireModel(model);
    return Arrays.stream(local.tokenizer().encodeWithSpecials(text)).boxed().toList();
  }

  @Override
  public String detokenize(String model, List<Integer> ids) {
    requireModel(model);
    int vocabSize = local.tokenizer().vocabularySize();
    for (int id : ids) {
      if (id < 0 || id >= vocabSize) {
        throw new ChatException(
            "tokens", "id %d: the vocabulary has ids 0 to %d".formatted(id, vocabSize - 1));
      }
    }
    return local.tokenizer().decode(ids.stream().mapToInt(id -> id).toArray(), true);
  }

  @Override
  public int countTokens(ChatRequest request) {
    return promptTokens(request).size();
  }

  /// The tokens that the model would read of a request.
  List<Integer> promptTokens(ChatRequest request) {
    requireModel(request.model());
    return Arrays.stream(prompt(request.input()).ids()).boxed().toList();
  }

  @Override
  public Embedding embed(EmbeddingRequest request, Cancellation cancellation) {
    requireModel(request.model());
    int[] tokens = prompt(request.input()).ids();
    if (tokens.length > contextLength) {
      throw new ChatException(
          new ChatException.Excess(tokens.length, contextLength),
          "input",
          "has %d tokens and the context holds %d; shorten the text or ask for a longer context"
              .formatted(tokens.length, contextLength));
    }
    return new Embedding(embedder.embed(tokens, request.pooling(), cancellation), tokens.length);
  }

  @Override
  public List<Activity> activity() {
    return List.of(scheduler.activity(local.name()));
  }

  /// Breaks off what is being answered, and ends the engine.
  @Override
  public void close() {
    scheduler.close();
  }
}
