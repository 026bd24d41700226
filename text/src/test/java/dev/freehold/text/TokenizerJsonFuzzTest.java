package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are either refused by type, or make a tokenizer that encodes and decodes, or refuses
/// by type.
@Tag("fuzz")
class TokenizerJsonFuzzTest {
  private static final SpecialTokens NONE =
      new SpecialTokens(Optional.empty(), Optional.empty(), List.of(), List.of());

  /// One file for each kind of model, with some of each other part.
  static Stream<Arguments> seeds() {
    String added = "[{\"id\":2,\"content\":\"<s>\",\"special\":true,\"lstrip\":true}]";
    String pairs = "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":3},\"merges\":[\"a b\"]}";
    return Stream.of(
            json(
                added,
                "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFC\"},{\"type\":\"Replace\","
                    + "\"pattern\":{\"Regex\":\"b+\"},\"content\":\"b\"}]}",
                "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\\\\s+(?!\\\\S)|[^\\\\s\\\\p{L}]?\\\\p{L}+\"}"
                    + ",\"behavior\":\"Isolated\"}",
                "{\"type\":\"ByteLevel\"}",
                pairs),
            json(
                "[]",
                "{\"type\":\"Prepend\",\"prepend\":\"_\"}",
                "{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"first\"}",
                "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"ByteFallback\"},{\"type\":\"Fuse\"},"
                    + "{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":1}]}",
                "{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"u\",0],[\"a\",-1.5],[\"ab\",-2]]}"),
            json(
                "[]",
                "{\"type\":\"BertNormalizer\"}",
                "{\"type\":\"BertPreTokenizer\"}",
                "{\"type\":\"WordPiece\"}",
                "{\"type\":\"WordPiece\",\"vocab\":{\"[UNK]\":0,\"a\":1,\"##b\":2}}"))
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String json(String... parts) {
    return "{\"version\":\"1.0\",\"added_tokens\":%s,\"normalizer\":%s,\"pre_tokenizer\":%s,\"decoder\":%s,\"model\":%s}"
        .formatted((Object[]) parts);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void bytesMakeATokenizerOrAreRefused(byte[] bytes) {
    try {
      Tokenizer tokenizer =
          TokenizerJsonReader.read(TokenizerJson.read(bytes, "tokenizer.json"), NONE);
      for (String text : List.of("ab b<s> a", "A\u0301 \uD83D\uDE00\n 12", "")) {
        int[] ids = tokenizer.encode(text, true);
        assertThat(Arrays.stream(tokenizer.encode(Prompt.untrusted(text))))
            .allMatch(id -> id >= 0 && id < tokenizer.vocabularySize());
        assertThat(Oracle.streamed(tokenizer, ids, true)).isEqualTo(tokenizer.decode(ids, true));
      }
    } catch (TextException | TensorException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
