package dev.freehold.engine;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Sampling;
import dev.freehold.engine.receipt.ModelFile;
import dev.freehold.engine.receipt.Receipt;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Computes the answer of a receipt again and says whether it is what the receipt claims.
///
/// Nothing is taken from the receipt that can be computed: the prompt is laid out again, and the
/// answer is written anew. The first token that differs ends the computation, so that no receipt
/// makes it longer than the answer that it claims.
public final class ReceiptCheck {
  /// A claim that does not hold.
  ///
  /// @param claim which one, as `answer.tokens[5]`
  /// @param claimed what the receipt says
  /// @param found what is here, or was computed
  public record Difference(String claim, String claimed, String found) {}

  private final Receipt receipt;
  private final LocalModel local;
  private final long memoryBytes;

  /// @param local the model, opened with the receipt's activations and keys and values
  /// @param memoryBytes what the state of the request may take
  public ReceiptCheck(Receipt receipt, LocalModel local, long memoryBytes) {
    this.receipt = receipt;
    this.local = local.withDefaults(Sampling.UNSAID);
    this.memoryBytes = memoryBytes;
  }

  /// The first claimed file of a model that is not there; names and order do not count.
  ///
  /// @param found the files here
  public static Optional<Difference> files(List<ModelFile> claimed, List<ModelFile> found) {
    List<String> left = new ArrayList<>(found.stream().map(ModelFile::sha256).toList());
    for (int i = 0; i < claimed.size(); i++) {
      ModelFile file = claimed.get(i);
      if (!left.remove(file.sha256())) {
        String here =
            found.stream()
                .filter(other -> found.size() == 1 || other.name().equals(file.name()))
                .map(ModelFile::sha256)
                .findFirst()
                .orElse("no such file");
        return Optional.of(
            new Difference("model.files[%d].sha256".formatted(i), file.sha256(), here));
      }
    }
    return difference("number of model.files", claimed.size(), found.size());
  }

  /// Lays out the prompt and computes the answer again.
  ///
  /// @return the first claim that does not hold; empty where all do
  /// @throws EngineException where the request cannot be answered here
  public Optional<Difference> check() {
    ChatRequest request = receipt.question().request();
    Optional<Difference> known =
        difference(
                "arithmetic",
                receipt.arithmetic(),
                ReceiptScribe.arithmetic(local.model().options()))
            .or(() ->
                difference(
                    "model.template_sha256",
                    receipt.model().templateSha256().orElse("none"),
                    ReceiptScribe.templateSha256(local, request.input()).orElse("none")));
    if (known.isPresent()) {
      return known;
    }
    EngineOptions options =
        new EngineOptions(
            OptionalInt.of(receipt.question().context()),
            EngineOptions.DEFAULT_STEP,
            memoryBytes,
            Clock.fixed(receipt.question().time().toInstant(ZoneOffset.UTC), ZoneOffset.UTC));
    try (LocalBackend backend = new LocalBackend(local, options)) {
      return prompt(backend.promptTokens(request)).or(() -> answer(backend, request));
    } catch (ChatException e) {
      throw new EngineException("the receipt's request cannot be answered: " + e.getMessage(), e);
    }
  }

  private Optional<Difference> prompt(List<Integer> found) {
    List<Integer> claimed = receipt.question().prompt();
    for (int i = 0; i < Math.min(claimed.size(), found.size()); i++) {
      if (!claimed.get(i).equals(found.get(i))) {
        return Optional.of(tokenDifference("request.prompt", i, claimed.get(i), found.get(i)));
      }
    }
    return difference("number of tokens in request.prompt", claimed.size(), found.size());
  }

  private Optional<Difference> answer(LocalBackend backend, ChatRequest request) {
    ChatRequest followed =
        request.withOutput(request.output().withLogprobs(new Logprobs(true, false, 0)));
    Rewriting rewriting = new Rewriting();
    backend.answer(followed, rewriting::take, rewriting.cancellation);
    return rewriting.difference.or(rewriting::rest);
  }

  private Difference tokenDifference(String list, int index, int claimed, int found) {
    return new Difference("%s[%d]".formatted(list, index), shown(claimed), shown(found));
  }

  private String shown(int token) {
    boolean isKnown = token < local.tokenizer().vocabularySize();
    return isKnown
        ? "%d \"%s\"".formatted(token, local.tokenizer().tokenText(token))
        : token + ", which is no token of the model";
  }

  private static Optional<Difference> difference(String claim, Object claimed, Object found) {
    return claimed.equals(found)
        ? Optional.empty()
        : Optional.of(new Difference(claim, claimed.toString(), found.toString()));
  }

  /// The answer as it is written anew, up to the first token that is not the claimed one.
  private final class Rewriting {
    private final Cancellation cancellation = new Cancellation();
    private final AnswerRecord record = new AnswerRecord();
    private final List<Integer> tokens = new ArrayList<>();
    private Optional<Difference> difference = Optional.empty();
    private Optional<ChatEvent.Finished> end = Optional.empty();

    void take(ChatEvent event) {
      record.add(event);
      switch (event) {
        case ChatEvent.AnswerLogprob written -> compare(written.token().chosen().id());
        case ChatEvent.Finished finished -> end = Optional.of(finished);
        case ChatEvent.Failed failed -> throw failed.failure();
        case ChatEvent.Notice _,
            ChatEvent.Served _,
            ChatEvent.Progress _,
            ChatEvent.PromptLogprobs _,
            ChatEvent.ReasoningDelta _,
            ChatEvent.ReasoningSealed _,
            ChatEvent.TextDelta _,
            ChatEvent.CallStarted _,
            ChatEvent.CallArguments _ -> {}
      }
    }

    private void compare(int token) {
      List<Integer> claimed = receipt.answer().tokens();
      int index = tokens.size();
      tokens.add(token);
      if (difference.isPresent() || index < claimed.size() && claimed.get(index) == token) {
        return;
      }
      difference =
          Optional.of(
              index < claimed.size()
                  ? tokenDifference("answer.tokens", index, claimed.get(index), token)
                  : new Difference("answer.tokens[%d]".formatted(index), "the end", shown(token)));
      cancellation.cancel();
    }

    /// What differs beside the tokens.
    Optional<Difference> rest() {
      Receipt.Answer claimed = receipt.answer();
      if (tokens.size() < claimed.tokens().size()) {
        return Optional.of(
            new Difference(
                "answer.tokens[%d]".formatted(tokens.size()),
                shown(claimed.tokens().get(tokens.size())),
                "the end"));
      }
      Receipt.Answer found = record.answer(tokens, end.orElseThrow());
      return ReceiptCheck.difference("answer.finish", claimed.finish(), found.finish())
          .or(() -> ReceiptCheck.difference("answer.stop", claimed.stop(), found.stop()))
          .or(() ->
              ReceiptCheck.difference(
                  "answer.text_sha256", claimed.textSha256(), found.textSha256()))
          .or(() ->
              ReceiptCheck.difference(
                  "answer.reasoning_sha256", claimed.reasoningSha256(), found.reasoningSha256()))
          .or(() ->
              ReceiptCheck.difference(
                  "answer.reasoning_tokens", claimed.reasoningTokens(), found.reasoningTokens()))
          .or(() -> ReceiptCheck.difference("answer.calls", claimed.calls(), found.calls()));
    }
  }
}
