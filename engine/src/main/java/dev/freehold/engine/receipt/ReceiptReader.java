package dev.freehold.engine.receipt;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.engine.EngineException;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads the JSON form of receipts, which comes from anyone.
///
/// A receipt may also stand where a server put it: in the member `freehold.receipt` of an answer,
/// of which the rest is not looked at.
///
/// Failures: an [EngineException] that names the member, what was expected and what was found.
public final class ReceiptReader {
  /// The most bytes that a receipt may have.
  public static final int MAX_BYTES = 32 << 20;

  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MAX_BYTES, 64, MAX_BYTES, 128, 1 << 12);

  private ReceiptReader() {}

  /// A receipt as it was read.
  ///
  /// @param sha256 the digest that it claims to have
  public record Claimed(Receipt receipt, String sha256) {
    /// Whether it is as it was made, for all that its digest says.
    public boolean isIntact() {
      return receipt.digest().equals(sha256);
    }
  }

  /// Whether this is a receipt, or an answer with one.
  public static boolean isReceipt(JsonNode document) {
    JsonNode receipt = within(document);
    return receipt.path("format").isString()
        && receipt.path("format").stringValue().equals(Receipt.FORMAT);
  }

  private static JsonNode within(JsonNode document) {
    JsonNode carried = document.path("freehold").path("receipt");
    return carried.isMissingNode() ? document : carried;
  }

  /// Parses a document that should hold a receipt.
  ///
  /// @param source what the bytes are, for messages
  public static JsonNode parse(byte[] bytes, String source) {
    try {
      return StrictJson.parse(bytes, source, LIMITS);
    } catch (TensorException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }

  /// The receipt in a document.
  public static Claimed read(JsonNode document) {
    Members members = new Members(within(document), "");
    String format = members.string("format");
    if (!format.equals(Receipt.FORMAT)) {
      throw members.failure("format", "expected \"%s\"".formatted(Receipt.FORMAT));
    }
    int version = members.integer("version");
    if (version != Receipt.VERSION) {
      throw members.failure(
          "version",
          "this program reads version %d, the receipt has %d; use the program that wrote it"
              .formatted(Receipt.VERSION, version));
    }
    try {
      Receipt receipt =
          new Receipt(
              members.string("engine"),
              arithmetic(members.object("arithmetic")),
              model(members.object("model")),
              question(members.object("request")),
              answer(members.object("answer")),
              members.has("signature")
                  ? Optional.of(signature(members.object("signature")))
                  : Optional.empty());
      Claimed claimed = new Claimed(receipt, digest(members, "sha256"));
      members.end();
      return claimed;
    } catch (ChatException e) {
      throw new EngineException("receipt: request: " + e.getMessage(), e);
    }
  }

  private static Receipt.Arithmetic arithmetic(Members arithmetic) {
    Receipt.Arithmetic read =
        new Receipt.Arithmetic(
            arithmetic.string("name"), arithmetic.string("activations"), arithmetic.string("kv"));
    arithmetic.end();
    return read;
  }

  private static Receipt.ModelClaim model(Members model) {
    List<ModelFile> files = new ArrayList<>();
    for (Members file : model.objects("files")) {
      files.add(
          new ModelFile(
              file.string("name"), file.whole("bytes", Long.MAX_VALUE), digest(file, "sha256")));
      file.end();
    }
    if (files.isEmpty()) {
      throw model.failure("files", "names no file");
    }
    Optional<String> template =
        model.has("template_sha256")
            ? Optional.of(digest(model, "template_sha256"))
            : Optional.empty();
    Receipt.ModelClaim read = new Receipt.ModelClaim(model.string("name"), files, template);
    model.end();
    return read;
  }

  private static String digest(Members members, String name) {
    String digest = members.string(name);
    try {
      ModelFile.requireDigest(digest);
    } catch (EngineException e) {
      throw members.failure(name, String.valueOf(e.getMessage()));
    }
    return digest;
  }

  private static Receipt.Question question(Members request) {
    List<Integer> prompt = request.ids("prompt");
    ChatRequest asked = RequestReader.read(request, prompt);
    LocalDateTime time;
    try {
      time = LocalDateTime.parse(request.string("time"));
    } catch (DateTimeException e) {
      throw request.failure("time", "expected a date and time as 2026-01-31T23:59:59");
    }
    int context = request.integer("context");
    if (prompt.isEmpty() || prompt.size() >= context) {
      throw request.failure(
          "prompt",
          "expected 1 to %d tokens, as the context is %d, found %d"
              .formatted(context - 1, context, prompt.size()));
    }
    request.end();
    return new Receipt.Question(asked, time, context, prompt);
  }

  private static Receipt.Answer answer(Members answer) {
    List<Receipt.Call> calls = new ArrayList<>();
    for (Members call : answer.objects("calls")) {
      calls.add(
          new Receipt.Call(
              call.string("id"), call.string("name"), digest(call, "arguments_sha256")));
      call.end();
    }
    Receipt.Answer read =
        new Receipt.Answer(
            answer.ids("tokens"),
            digest(answer, "text_sha256"),
            digest(answer, "reasoning_sha256"),
            calls,
            finish(answer),
            answer.string("stop"),
            answer.integer("reasoning_tokens"));
    answer.end();
    return read;
  }

  private static FinishReason finish(Members answer) {
    String finish = answer.string("finish");
    for (FinishReason reason : FinishReason.values()) {
      if (reason != FinishReason.CANCELLED
          && reason.name().toLowerCase(Locale.ROOT).equals(finish)) {
        return reason;
      }
    }
    throw answer.failure("finish", "no answer ends so: " + finish);
  }

  private static Signature signature(Members signature) {
    Signature read = new Signature(signature.string("algorithm"), signature.string("value"));
    signature.end();
    return read;
  }
}
