package dev.freehold.engine.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Output;
import dev.freehold.chat.Sampling;
import dev.freehold.engine.EngineException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Receipts are read back as they were written, and what is none ends in an error that says where.
class ReceiptReaderTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final Receipt RECEIPT =
      new Receipt(
          "1.0",
          new Receipt.Arithmetic("fh1", "int8", "f16"),
          new Receipt.ModelClaim(
              "m", List.of(new ModelFile("m.gguf", 1L << 40, DIGEST)), Optional.of(DIGEST)),
          new Receipt.Question(
              new ChatRequest(
                  "",
                  new Input.Text("hi"),
                  Sampling.greedy().withSeed(Long.MAX_VALUE),
                  new Ending(List.of("x"), OptionalInt.of(5), OptionalInt.of(3)),
                  Output.AS_WRITTEN,
                  Caller.LOCAL),
              LocalDateTime.parse("2026-01-02T03:04:05.678"),
              512,
              List.of(1, 2, 3)),
          new Receipt.Answer(
              List.of(4, 5),
              DIGEST,
              DIGEST,
              List.of(new Receipt.Call("id", "tool", DIGEST)),
              FinishReason.TOOL_CALLS,
              "",
              1),
          Optional.of(new Signature("Ed25519", "c2ln")));

  private static JsonNode parsed(String text) {
    return ReceiptReader.parse(text.getBytes(StandardCharsets.UTF_8), "test");
  }

  @Test
  void whatWasWrittenIsReadBack() {
    JsonNode written = ReceiptWriter.write(RECEIPT);
    ReceiptReader.Claimed read = ReceiptReader.read(parsed(written.toString()));
    assertThat(read.receipt()).isEqualTo(RECEIPT);
    assertThat(read.isIntact()).isTrue();
    assertThat(ReceiptWriter.write(read.receipt())).isEqualTo(written);
    String answer = "{\"id\": 1, \"freehold\": {\"receipt\": %s}}".formatted(written);
    assertThat(ReceiptReader.isReceipt(parsed(answer))).isTrue();
    assertThat(ReceiptReader.read(parsed(answer)).receipt()).isEqualTo(RECEIPT);
    assertThat(ReceiptReader.isReceipt(parsed("{\"format\": 2}"))).isFalse();
    assertThat(ReceiptReader.isReceipt(parsed("[]"))).isFalse();
  }

  @Test
  void theOrderOfMembersAndTheFormOfNumbersDoNotCount() {
    String written = ReceiptWriter.write(RECEIPT).toString();
    String other = written.replace("\"temperature\":0.0", "\"temperature\":0");
    assertThat(other).isNotEqualTo(written);
    assertThat(ReceiptReader.read(parsed(other)).isIntact()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `` | version | 2 | the receipt has 2
          `` | format | "x" | format: expected "freehold receipt"
          `` | model | [] | model: expected an object, found an array
          `` | sha256 | "00" | sha256: expected 64 hexadecimal digits
          `` | more | 1 | more is no member
          /arithmetic | kv | 1 | arithmetic.kv: expected a string, found 1
          /model | files | [] | model.files: names no file
          /model | files | [1] | model.files[0]: expected an object
          /model | files | {} | model.files: expected an array
          /model/files/0 | bytes | -1 | model.files[0].bytes: expected a whole number
          /model/files/0 | sha256 | "A" | model.files[0].sha256: expected 64
          /request | time | "now" | request.time: expected a date
          /request | context | 3 | request.prompt: expected 1 to 2 tokens
          /request | context | 1e99 | request.context: expected a whole number
          /request | prompt | [] | request.prompt: expected 1 to
          /request | prompt | [1, -2] | request.prompt[1]: expected a token id
          /request | prompt | [9999999999] | request.prompt[0]: expected a token id
          /request/input | kind | "image" | request.input.kind: expected tokens
          /request/input | text | null | request.input.text: expected a string, found null
          /request/sampling | seed | 5 | request.sampling.seed: expected a string
          /request/sampling | seed | "x" | request.sampling.seed: expected a whole number
          /request/sampling | temperature | 1e999 | request.sampling.temperature: expected a number
          /request/sampling | top_p | 3 | top_p: expected a number from 0 to 1
          /request/sampling | logit_bias | {"a": 1} | logit_bias.a: expected a token id
          /request/ending | max_tokens | 0 | max_tokens: expected at least 1
          /request/ending | stop | [""] | stop[0]
          /request/output | as_written | 1 | request.output.as_written: expected true or false
          /request/output/format | kind | "bnf" | request.output.format.kind: expected free
          /request/output/tool_choice | kind | "any" | tool_choice.kind: expected auto
          /answer | tokens | "x" | answer.tokens: expected an array
          /answer | finish | "cancelled" | answer.finish: no answer ends so
          /answer | calls | [{"id": ""}] | answer.calls[0].name: expected a string, found nothing
          """)
  void whatIsWrongIsNamed(String where, String field, String value, String message) {
    ObjectNode receipt = ReceiptWriter.write(RECEIPT);
    ObjectNode holder = where.isEmpty() ? receipt : (ObjectNode) receipt.at(where);
    holder.set(field, JsonMapper.shared().readTree(value));
    assertThatThrownBy(() -> ReceiptReader.read(parsed(receipt.toString())))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(message);
  }

  @Test
  void deepRepeatedAndHugeDocumentsAreRefused() {
    for (String text :
        List.of("[".repeat(1000), "{\"a\":1,\"a\":2}", "", "{", "\"\\ud800\"", "\u0000")) {
      assertThatThrownBy(() -> parsed(text)).isInstanceOf(EngineException.class);
    }
    byte[] huge = new byte[ReceiptReader.MAX_BYTES + 1];
    java.util.Arrays.fill(huge, (byte) ' ');
    assertThatThrownBy(() -> ReceiptReader.parse(huge, "huge")).isInstanceOf(EngineException.class);
  }

  @Test
  void noChangeOfBytesIsABug() {
    byte[] bytes = ReceiptWriter.write(RECEIPT).toString().getBytes(StandardCharsets.UTF_8);
    long seed = 20261121;
    Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      byte[] changed = bytes.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) (32 + random.nextInt(95));
      }
      try {
        ReceiptReader.Claimed read = ReceiptReader.read(ReceiptReader.parse(changed, "fuzz"));
        assertThat(read.receipt().equals(RECEIPT) || !read.isIntact() || isOfSignature(read))
            .as("seed %d, round %d", seed, i)
            .isTrue();
      } catch (EngineException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  /// The digest says nothing of the signature, which stands under it.
  private static boolean isOfSignature(ReceiptReader.Claimed read) {
    return !read.receipt().signature().equals(RECEIPT.signature());
  }
}
