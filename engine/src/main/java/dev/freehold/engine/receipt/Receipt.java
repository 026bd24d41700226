package dev.freehold.engine.receipt;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.tensor.Sha256;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;

/// What an answer was computed from, and what came out: all that decides its bits, so that anyone
/// with the model's files can compute it again.
///
/// Nothing that depends on the company, the machine or the time it took is in it. Its JSON form is
/// that of [ReceiptWriter], which docs/verify.md describes.
///
/// @param engineVersion the program's version
/// @param signature of whoever computed it, under [#digest]; empty where nobody signed
public record Receipt(
    String engineVersion,
    Arithmetic arithmetic,
    ModelClaim model,
    Question question,
    Answer answer,
    Optional<Signature> signature) {
  /// The first member of the JSON form.
  public static final String FORMAT = "freehold receipt";

  /// The version of the JSON form.
  public static final int VERSION = 1;

  /// The rules of computing, and what they leave open.
  ///
  /// @param name of the rules, as `fh1`
  /// @param activations what quantized weights are multiplied with: `int8` or `f32`
  /// @param kv how keys and values are kept: `f32`, `f16`, `bf16` or `q8_0`
  public record Arithmetic(String name, String activations, String kv) {}

  /// Which model answered.
  ///
  /// @param name what it was called where it answered; a hint, no more
  /// @param files all that decide what it writes
  /// @param templateSha256 of the chat template that laid out the prompt; empty where none did
  public record ModelClaim(String name, List<ModelFile> files, Optional<String> templateSha256) {
    public ModelClaim {
      files = List.copyOf(files);
    }
  }

  /// What was asked.
  ///
  /// @param request with what the model's defaults and chance filled in; without name and caller
  /// @param time that the chat template was told
  /// @param context tokens of prompt and answer at most
  /// @param prompt the tokens that the model read
  public record Question(
      ChatRequest request, LocalDateTime time, int context, List<Integer> prompt) {
    public Question {
      prompt = List.copyOf(prompt);
    }
  }

  /// What was answered.
  ///
  /// @param tokens all that the model wrote, its end mark included
  /// @param textSha256 of the answer's text as it was told
  /// @param reasoningSha256 of the thoughts as they were told
  /// @param stop the stop string that ended it; empty where none did
  /// @param reasoningTokens those of the tokens that the model thought with
  public record Answer(
      List<Integer> tokens,
      String textSha256,
      String reasoningSha256,
      List<Call> calls,
      FinishReason finish,
      String stop,
      int reasoningTokens) {
    public Answer {
      tokens = List.copyOf(tokens);
      calls = List.copyOf(calls);
    }
  }

  /// A call of a tool in an answer.
  ///
  /// @param id as the engine told it; some dialects tell ids of their own
  /// @param argumentsSha256 of the text of the arguments
  public record Call(String id, String name, String argumentsSha256) {}

  /// SHA-256 of the JSON form without digest and signature.
  public String digest() {
    return Sha256.of(ReceiptWriter.unsigned(this).toString());
  }

  Receipt withSignature(Signature newSignature) {
    return new Receipt(
        engineVersion, arithmetic, model, question, answer, Optional.of(newSignature));
  }

  /// The same, signed by its origin where that signs.
  public Receipt signedBy(Origin origin) {
    return origin.sign(digest()).map(this::withSignature).orElse(this);
  }
}
