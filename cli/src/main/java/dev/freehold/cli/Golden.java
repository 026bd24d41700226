package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.Rows;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.Sequence;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// What a model computed when it was kept, to be computed again in years: the SHA-256 of the bits
/// of all its logits on a prompt and on its own most likely continuation, and that text.
///
/// @param arithmetic the rules by which numbers are computed, as in `fh1`
/// @param logits SHA-256 of the logits in the order of positions, float32, little-endian
record Golden(
    String arithmetic,
    ActivationFormat activations,
    KvDtype keyValues,
    int[] promptIds,
    String logits,
    String text) {
  /// The file of a kept model that holds it.
  static final String PATH = ".freehold/golden.json";

  /// Weights up to this size are tried without being asked to, since it takes seconds.
  static final long USUAL_BYTES = 2L << 30;

  private static final String PROMPT = "The old house at the end of the street";
  private static final int TOKENS = 16;
  private static final int MAX_PROMPT = 256;
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(1 << 16, 8, 1 << 15, 20, 64);

  /// Computes it by the usual arithmetic.
  static Golden record(FoundModel found) {
    ArithmeticOptions arithmetic = new ArithmeticOptions();
    int[] prompt = ModelText.tokenizer(found).encodeWithSpecials(PROMPT);
    return compute(found, arithmetic, Arrays.copyOf(prompt, Math.min(prompt.length, MAX_PROMPT)));
  }

  /// Computes it anew by the same arithmetic.
  Golden again(FoundModel found) {
    return compute(found, new ArithmeticOptions().with(activations, keyValues), promptIds);
  }

  private static Golden compute(FoundModel found, ArithmeticOptions arithmetic, int[] prompt) {
    Tokenizer tokenizer = ModelText.tokenizer(found);
    try (Model model = Model.open(found.path(), arithmetic.modelOptions());
        Sequence sequence = model.newSequence(prompt.length + TOKENS)) {
      int vocabulary = model.architecture().vocabSize();
      if (prompt.length == 0 || Arrays.stream(prompt).anyMatch(id -> id < 0 || id >= vocabulary)) {
        throw new CliException("the golden test's prompt is empty or has ids that are no tokens");
      }
      MessageDigest digest = Sha256.begin();
      Rows row = Rows.allocate(1, vocabulary);
      int[] continued = new int[TOKENS];
      int next = prompt[0];
      for (int position = 0; position < prompt.length + TOKENS; position++) {
        int token = position < prompt.length ? prompt[position] : next;
        if (position >= prompt.length) {
          continued[position - prompt.length] = token;
        }
        model.forward(sequence, new int[] {token}, 0, 1, LogitsOf.LAST, row);
        next = hash(digest, row, vocabulary);
      }
      return new Golden(
          Model.ARITHMETIC,
          model.options().kernels().activations(),
          model.options().kvDtype(),
          prompt,
          Sha256.finish(digest),
          tokenizer.decode(continued, true));
    }
  }

  /// Adds a row to the digest; gives the most likely token, of equal ones the first.
  private static int hash(MessageDigest digest, Rows row, int vocabulary) {
    ByteBuffer bytes = ByteBuffer.allocate(vocabulary * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int best = 0;
    for (int id = 0; id < vocabulary; id++) {
      float logit = row.data()[row.at(0) + id];
      bytes.putFloat(logit);
      best = logit > row.data()[row.at(0) + best] ? id : best;
    }
    digest.update(bytes.array());
    return best;
  }

  byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonPrinter printer = new JsonPrinter(out)) {
      printer.object(() -> {
        printer.field("golden", 1);
        printer.field("arithmetic", arithmetic);
        printer.field("activations", activations.name().toLowerCase(Locale.ROOT));
        printer.field("keyValues", keyValues.name().toLowerCase(Locale.ROOT));
        printer.array("promptIds", promptIds);
        printer.field("logitsSha256", logits);
        printer.field("text", text);
      });
    }
    return out.toByteArray();
  }

  /// @throws CliException where the bytes are no golden test that this program can do
  static Golden parse(byte[] bytes, String source) {
    try {
      JsonNode root = StrictJson.parse(bytes, source, LIMITS);
      JsonNode ids = root.path("promptIds");
      boolean isKnown =
          root.path("golden").asInt(0) == 1
              && ids.isArray()
              && ids.size() <= MAX_PROMPT
              && root.path("arithmetic").asString("").equals(Model.ARITHMETIC);
      if (!isKnown) {
        throw new CliException(
            source + ": not a golden test of the arithmetic " + Model.ARITHMETIC);
      }
      return new Golden(
          Model.ARITHMETIC,
          ActivationFormat.valueOf(upper(root, "activations")),
          KvDtype.valueOf(upper(root, "keyValues")),
          IntStream.range(0, ids.size()).map(i -> ids.path(i).asInt(-1)).toArray(),
          root.path("logitsSha256").asString(""),
          root.path("text").asString(""));
    } catch (TensorException | IllegalArgumentException broken) {
      throw new CliException(source + ": not a golden test: " + broken.getMessage(), broken);
    }
  }

  private static String upper(JsonNode root, String field) {
    return root.path(field).asString("").toUpperCase(Locale.ROOT);
  }
}
