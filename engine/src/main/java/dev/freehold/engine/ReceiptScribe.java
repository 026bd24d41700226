package dev.freehold.engine;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Sampling;
import dev.freehold.engine.receipt.ModelFile;
import dev.freehold.engine.receipt.Receipt;
import dev.freehold.engine.receipt.ReceiptWriter;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.tensor.Sha256;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Listens to an answer on its way to whoever asked, and puts its receipt to its end.
///
/// The model's files are hashed while the answer is written, once for each model; where that takes
/// longer, the end of the answer waits for it.
final class ReceiptScribe implements Consumer<ChatEvent> {
  private static final String NOTICE =
      "the SHA-256 of the model's files is being computed for the receipt; it is remembered";

  private final LocalModel local;
  private final Receipt.Question question;
  private final Job job;
  private final Consumer<ChatEvent> events;
  private final Cancellation cancellation;
  private final CompletableFuture<List<ModelFile>> files;
  private final AnswerRecord record = new AnswerRecord();

  /// @param question what is answered
  /// @param job asked for its tokens when the answer has ended
  ReceiptScribe(
      LocalModel local,
      Receipt.Question question,
      Job job,
      Consumer<ChatEvent> events,
      Cancellation cancellation) {
    this.local = local;
    this.question = question;
    this.job = job;
    this.events = events;
    this.cancellation = cancellation;
    this.files = local.origin().files();
  }

  /// @param sampling with the model's defaults
  static Receipt.Question question(
      ChatRequest request, Sampling sampling, LocalDateTime now, int context, int[] prompt) {
    ChatRequest whole =
        request
            .withModel("")
            .withCaller(Caller.LOCAL)
            .withSampling(sampling.withSeed(sampling.seed().orElse(0L)));
    return new Receipt.Question(whole, now, context, Arrays.stream(prompt).boxed().toList());
  }

  /// How a model computes, as receipts say it.
  static Receipt.Arithmetic arithmetic(ModelOptions options) {
    return new Receipt.Arithmetic(
        Model.ARITHMETIC,
        options.kernels().activations().name().toLowerCase(Locale.ROOT),
        options.kvDtype().name().toLowerCase(Locale.ROOT));
  }

  /// The digest of the template that lays out an input; empty where none does.
  static Optional<String> templateSha256(LocalModel local, Input input) {
    return input instanceof Input.Conversation conversation
        ? local
            .templates()
            .find(!conversation.tools().isEmpty())
            .map(template -> Sha256.of(template.source()))
        : Optional.empty();
  }

  @Override
  public void accept(ChatEvent event) {
    record.add(event);
    if (event instanceof ChatEvent.Finished finished
        && finished.reason() != FinishReason.CANCELLED) {
      finish(finished);
    } else {
      events.accept(event);
    }
  }

  private void finish(ChatEvent.Finished finished) {
    if (!files.isDone()) {
      events.accept(new ChatEvent.Notice(NOTICE));
    }
    Optional<List<ModelFile>> known;
    try {
      known = await();
    } catch (EngineException e) {
      events.accept(
          new ChatEvent.Failed(
              new ChatException(Kind.FAILED, "no receipt can be given: " + e.getMessage(), e)));
      return;
    }
    events.accept(
        known.isPresent()
            ? finished.withReceipt(ReceiptWriter.write(receipt(known.get(), finished)))
            : new ChatEvent.Finished(FinishReason.CANCELLED, finished.usage()));
  }

  /// The digests of the model's files; empty where the answer was cancelled meanwhile.
  private Optional<List<ModelFile>> await() {
    boolean interrupted = false;
    try {
      while (!cancellation.isCancelled()) {
        try {
          return Optional.of(files.get(100, TimeUnit.MILLISECONDS));
        } catch (TimeoutException goesOn) {
          continue;
        } catch (InterruptedException e) {
          interrupted = true;
          cancellation.cancel();
        } catch (ExecutionException e) {
          throw new EngineException(String.valueOf(files.exceptionNow().getMessage()), e);
        }
      }
      return Optional.empty();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Receipt receipt(List<ModelFile> known, ChatEvent.Finished finished) {
    Receipt receipt =
        new Receipt(
            local.origin().engineVersion(),
            arithmetic(local.model().options()),
            new Receipt.ModelClaim(
                local.name(), known, templateSha256(local, question.request().input())),
            question,
            record.answer(Arrays.stream(job.answer()).boxed().toList(), finished),
            Optional.empty());
    return receipt.signedBy(local.origin());
  }
}
