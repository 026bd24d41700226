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
    return Stream.of(
            """
            {"version":"1.0",
            "added_tokens":[{"id":2,"content":"<s>","special":true,"lstrip":true}],
            "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},
            {"type":"Replace","pattern":{"Regex":"b+"},"content":"b"}]},
            "pre_tokenizer":{"type":"Split","behavior":"Isolated",
            "pattern":{"Regex":"\\\\s+(?!\\\\S)|[^\\\\s\\\\p{L}]?\\\\p{L}+"}},
            "decoder":{"type":"ByteLevel"},
            "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":3},"merges":["a b"]}}\
            """,
            """
            {"version":"1.0","normalizer":{"type":"Prepend","prepend":"_"},
            "pre_tokenizer":{"type":"Metaspace","replacement":"_","prepend_scheme":"first"},
            "decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"},
            {"type":"Strip","content":" ","start":1,"stop":1}]},
            "model":{"type":"Unigram","unk_id":0,"vocab":[["u",0],["a",-1.5],["ab",-2]]}}\
            """,
            """
            {"version":"1.0","normalizer":{"type":"BertNormalizer"},
            "pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece"},
            "model":{"type":"WordPiece","vocab":{"[UNK]":0,"a":1,"##b":2}}}\
            """)
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
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
