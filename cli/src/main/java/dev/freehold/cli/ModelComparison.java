package dev.freehold.cli;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Sampling;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.LocalBackend;
import dev.freehold.engine.LocalModel;
import dev.freehold.engine.MachineMemory;
import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import dev.freehold.text.ChatTemplate;
import dev.freehold.text.Conversation;
import dev.freehold.text.Tokenizer;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/// Two models with one tokenizer side by side: what each answers, and how likely it finds a text.
final class ModelComparison implements AutoCloseable {
  private static final int MOST_ANSWER_TOKENS = 64;

  private final Surroundings surroundings;
  private final Model one;
  private final Model other;
  private final LocalModel local;
  private final LocalModel otherLocal;

  /// What both answer to a prompt, with the mean log-probability of a token of each answer, in
  /// nats: that of the first answer by both models, then that of the second.
  record Answers(
      String one,
      String other,
      double oneByOne,
      double oneByOther,
      double otherByOne,
      double otherByOther) {}

  /// @param one folder of a model
  /// @param other folder of the other
  ModelComparison(Surroundings surroundings, Path one, Path other) {
    this.surroundings = surroundings;
    ArithmeticOptions arithmetic = new ArithmeticOptions();
    FoundModel found = Models.find(surroundings, one.toString());
    FoundModel otherFound = Models.find(surroundings, other.toString());
    this.one = Models.open(surroundings, found, arithmetic);
    this.other = Models.open(surroundings, otherFound, arithmetic);
    this.local = Models.local(found, this.one);
    this.otherLocal = Models.local(otherFound, this.other);
  }

  /// Asks both, with greedy choice of tokens.
  Answers ask(String prompt) {
    int[] ids = prompt(prompt);
    String answer = answer(local, ids);
    String otherAnswer = answer(otherLocal, ids);
    int[] said = with(ids, answer);
    int[] otherSaid = with(ids, otherAnswer);
    return new Answers(
        answer,
        otherAnswer,
        -surprise(one, said, ids.length),
        -surprise(other, said, ids.length),
        -surprise(one, otherSaid, ids.length),
        -surprise(other, otherSaid, ids.length));
  }

  /// Mean log-probability of the tokens of a text but the first, by both models, in nats.
  double[] read(int[] tokens) {
    int[] read = Arrays.copyOf(tokens, Math.min(tokens.length, context()));
    return new double[] {-surprise(one, read, 1), -surprise(other, read, 1)};
  }

  private int context() {
    return one.architecture().contextLength();
  }

  /// Mean negative log-likelihood of the tokens from `first` on; 0 where there are none.
  private static double surprise(Model model, int[] ids, int first) {
    if (first >= ids.length) {
      return 0;
    }
    Likelihood likelihood = new Likelihood(model);
    likelihood.add(ids, first);
    return likelihood.mean();
  }

  private int[] with(int[] prompt, String answer) {
    int[] said = local.tokenizer().encode(answer, false);
    int[] all = Arrays.copyOf(prompt, Math.min(prompt.length + said.length, context()));
    System.arraycopy(said, 0, all, prompt.length, all.length - prompt.length);
    return all;
  }

  private int[] prompt(String prompt) {
    Tokenizer tokenizer = local.tokenizer();
    Optional<ChatTemplate> template = local.templates().find(false);
    if (template.isEmpty()) {
      return tokenizer.encode(prompt, false);
    }
    return tokenizer.encode(
        template
            .get()
            .render(
                Conversation.ofUser(prompt),
                text(tokenizer, tokenizer.bosId()),
                text(tokenizer, tokenizer.eosId()),
                LocalDateTime.now(surroundings.clock())));
  }

  private static Optional<String> text(Tokenizer tokenizer, OptionalInt id) {
    return id.isPresent() ? Optional.of(tokenizer.tokenText(id.getAsInt())) : Optional.empty();
  }

  private String answer(LocalModel model, int[] ids) {
    EngineOptions options =
        new EngineOptions(
            OptionalInt.of(context()),
            EngineOptions.DEFAULT_STEP,
            MachineMemory.availableBytes(),
            surroundings.clock());
    ChatRequest request =
        new ChatRequest(
            "",
            new Input.Tokens(Arrays.stream(ids).boxed().toList()),
            Sampling.greedy(),
            Ending.NATURAL.withMaxTokens(MOST_ANSWER_TOKENS));
    try (LocalBackend backend = new LocalBackend(model, options)) {
      return backend.text(request);
    } catch (ChatException failure) {
      throw new CliException("the prompt cannot be answered: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void close() {
    one.close();
    other.close();
  }
}
