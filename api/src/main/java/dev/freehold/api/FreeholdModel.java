package dev.freehold.api;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.TokenBackend;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// A language model in this process: it answers, turns texts into vectors and counts tokens.
///
/// ```java
/// try (FreeholdModel model = FreeholdModel.open("demo")) {
///   System.out.println(model.ask("What is 48 + 36?").text());
/// }
/// ```
///
/// Any number of threads, virtual ones too, may ask at the same time; questions are computed
/// together and none changes the answer to another. Whoever asks waits for the answer; an interrupt
/// ends it within one step, with [dev.freehold.chat.FinishReason#CANCELLED].
///
/// Every error is a [ChatException]; its kind says whose turn it is.
///
/// The Java virtual machine must have the module `jdk.incubator.vector`, which every complete JDK
/// carries: where modules are not used, start it with `--add-modules jdk.incubator.vector`.
public final class FreeholdModel implements AutoCloseable {
  /// The name of the model that Freehold carries, 3 million parameters: a proof, no assistant.
  public static final String DEMO = "demo";

  private final String name;
  private final ChatBackend chat;
  private final TokenBackend tokens;
  private final EmbeddingBackend embeddings;
  private final Runnable close;
  private final RandomGenerator seeds = new SecureRandom();

  private FreeholdModel(String name, Backends backends, Runnable close) {
    this.name = name;
    this.chat = backends.chat();
    this.tokens = backends.tokens();
    this.embeddings = backends.embeddings();
    this.close = close;
  }

  /// What a model here stands on.
  private record Backends(ChatBackend chat, TokenBackend tokens, EmbeddingBackend embeddings) {}

  /// Opens a model of this machine.
  ///
  /// @param name a path, a name of the Hugging Face cache, of Ollama, of LM Studio or of a folder
  ///   that `FREEHOLD_MODELS` names, as `freehold list` shows them; or [#DEMO]
  /// @throws ChatException where there is no such model, several are meant, or it cannot be opened
  public static FreeholdModel open(String name) {
    return open(name, ModelSettings.defaults());
  }

  /// Opens a model of this machine, as [#open(String)] does, in a way of its own.
  ///
  /// @throws ChatException as [#open(String)] does, and where it cannot be opened in this way
  public static FreeholdModel open(String name, ModelSettings settings) {
    return of(OpenedModel.open(name, settings));
  }

  /// Opens the model at a path: a GGUF file, or the folder of a Hugging Face model.
  ///
  /// @throws ChatException where there is none, or it cannot be opened
  public static FreeholdModel open(Path path) {
    return open(path, ModelSettings.defaults());
  }

  /// Opens the model at a path in a way of its own.
  ///
  /// @throws ChatException where there is none, or it cannot be opened in this way
  public static FreeholdModel open(Path path, ModelSettings settings) {
    return of(OpenedModel.open(path.toAbsolutePath().toString(), settings));
  }

  private static FreeholdModel of(OpenedModel opened) {
    return new FreeholdModel(
        opened.name(), new Backends(opened.chat(), opened.tokens(), opened), opened::close);
  }

  /// The same doorway to another backend, such as a pool of models; closing it is the caller's.
  ///
  /// @param name what [#name] says
  public static <B extends ChatBackend & TokenBackend & EmbeddingBackend> FreeholdModel over(
      String name, B backend) {
    return new FreeholdModel(name, new Backends(backend, backend, backend), () -> {});
  }

  /// The name or path that it was opened by.
  public String name() {
    return name;
  }

  /// The answer to a question.
  ///
  /// @throws ChatException where it cannot be answered
  public Answer ask(String question) {
    return ask(Question.of(question));
  }

  /// The answer to a question.
  ///
  /// @throws ChatException where it cannot be answered
  public Answer ask(Question question) {
    return stream(question, event -> {});
  }

  /// The answer to a question, with its text told piece by piece while it is written.
  ///
  /// @param text takes whole characters, on the thread that asks; where it throws, the answer ends
  /// @throws ChatException where it cannot be answered
  public Answer stream(String question, Consumer<String> text) {
    return stream(
        Question.of(question),
        event -> {
          if (event instanceof ChatEvent.TextDelta delta) {
            text.accept(delta.text());
          }
        });
  }

  /// The answer to a question, with all that is told while it is written.
  ///
  /// @param events takes events on the thread that asks; where it throws, the answer ends
  /// @throws ChatException where it cannot be answered
  public Answer stream(Question question, Consumer<ChatEvent> events) {
    return answer(question.request(), events, new Cancellation());
  }

  /// The answer to any request, which another thread may end before its time.
  ///
  /// A request that names no seed gets one by chance.
  ///
  /// @param events takes events on the thread that asks; where it throws, the answer ends
  /// @throws ChatException where it cannot be answered
  public Answer answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    Answer.Collector collector = new Answer.Collector();
    chat.answer(
        seeded(request),
        event -> {
          events.accept(event);
          collector.add(event);
        },
        cancellation);
    return collector.answer();
  }

  private ChatRequest seeded(ChatRequest request) {
    return request.sampling().seed().isPresent()
        ? request
        : request.withSampling(request.sampling().withSeed(seeds.nextInt(Integer.MAX_VALUE)));
  }

  /// A conversation that remembers its turns and runs tools.
  public Conversation converse() {
    return converse(Question.EMPTY);
  }

  /// A conversation that remembers its turns and runs tools.
  ///
  /// @param beginning turns before its first one, and how all questions of it are asked
  public Conversation converse(Question beginning) {
    return new Conversation(this, beginning);
  }

  /// A text as a vector of length 1, pooled as the model's file says, by the mean where it says
  /// nothing.
  ///
  /// @throws ChatException where the text is empty or does not fit the context
  public float[] embed(String text) {
    return embed(text, EmbeddingRequest.Pooling.MODEL).vector();
  }

  /// A text as a vector of length 1, and how many tokens it has.
  ///
  /// @throws ChatException where the text is empty or does not fit the context
  public Embedding embed(String text, EmbeddingRequest.Pooling pooling) {
    return embeddings.embed(
        new EmbeddingRequest("", new Input.Text(text), pooling, Caller.LOCAL), new Cancellation());
  }

  /// How many tokens a text has, with the marks that the model wants around it.
  public int countTokens(String text) {
    return tokenize(text).size();
  }

  /// How many tokens a question has, laid out by the model's chat template.
  ///
  /// @throws ChatException where it could not be asked either
  public int countTokens(Question question) {
    return tokens.countTokens(question.request());
  }

  /// The ids of a text's tokens, with the marks that the model wants around it.
  public List<Integer> tokenize(String text) {
    return tokens.tokenize("", text);
  }

  /// The text of token ids, special tokens included.
  ///
  /// @throws ChatException where an id is not of the vocabulary
  public String detokenize(List<Integer> ids) {
    return tokens.detokenize("", ids);
  }

  /// Breaks off what is being answered and gives the memory back.
  @Override
  public void close() {
    close.run();
  }
}
