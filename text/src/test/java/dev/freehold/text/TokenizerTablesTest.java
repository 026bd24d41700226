package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tables that are read make the same tokenizer as those that are made; others are refused.
class TokenizerTablesTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  @TempDir private Path folder;
  private final Metadata metadata = GgufKeys.bytePair().metadata();
  private Path file = Path.of("");

  @BeforeEach
  void write() {
    file = folder.resolve("tables");
    assertThat(TokenizerTables.write(file, DIGEST, metadata)).isTrue();
  }

  @Test
  void theTokenizerIsTheSame() {
    Tokenizer made = Tokenizer.fromGguf(metadata);
    Tokenizer read = Tokenizer.fromGguf(metadata, Optional.of(TokenizerTables.read(file, DIGEST)));
    String text = "hello, wellness! <|im_start|>\u0120 w\u00e9\ud83d\ude00 <tool_call>hehell";
    assertThat(read.encode(text, true)).isEqualTo(made.encode(text, true));
    assertThat(read.encode("hello w", true)).hasSize(2);
    for (int id = 0; id < made.vocabularySize(); id++) {
      assertThat(read.tokenText(id)).isEqualTo(made.tokenText(id));
      assertThat(read.isSpecial(id)).isEqualTo(made.isSpecial(id));
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void otherTokenizersHaveNone() {
    Path none = folder.resolve("none");
    assertThat(TokenizerTables.write(none, DIGEST, GgufKeys.sentencePiece().metadata())).isFalse();
    assertThat(none).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 12, 16, 48, 52, 60, 3000, -1})
  void aByteThatChangedIsNoticed(int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at < 0 ? bytes.length + at : at] ^= 4;
    Files.write(file, bytes);
    assertThatThrownBy(() -> TokenizerTables.read(file, DIGEST))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("prepare the model again");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 56, 1000})
  void aFileThatIsCutShortIsRefused(int length) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    assertThatThrownBy(() -> TokenizerTables.read(file, DIGEST))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("size");
  }

  @Test
  void tablesOfAnotherModelAreRefused() {
    assertThatThrownBy(() -> TokenizerTables.read(file, "ab".repeat(32)))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("SHA-256");
    Metadata other =
        GgufKeys.bytePair().with("merges", List.of("h e", "l l", "he ll", "hell o")).metadata();
    TokenizerTables tables = TokenizerTables.read(file, DIGEST);
    assertThatThrownBy(() -> Tokenizer.fromGguf(other, Optional.of(tables)))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("merges: expected 4, found 5");
  }
}
