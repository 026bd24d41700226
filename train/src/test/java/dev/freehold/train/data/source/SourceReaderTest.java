package dev.freehold.train.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.train.TrainException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Documents come out of files as they went in; what is broken, cut or made to do harm is an error
/// that names file, line and byte.
class SourceReaderTest {
  private static final SourceFormat TEXT = new SourceFormat.Text();
  private static final SourceFormat LINES = new SourceFormat.JsonLines("text");
  private static final int LIMIT = 1 << 24;

  @TempDir private Path folder = Path.of("");

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[]... members) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] member : members) {
      try (GZIPOutputStream out = new GZIPOutputStream(all)) {
        out.write(member);
      }
    }
    return all.toByteArray();
  }

  private static List<String> read(Path file, SourceFormat format, int limit) {
    List<String> texts = new ArrayList<>();
    try (SourceReader reader =
        new SourceReader(file, file.getFileName().toString(), format, limit)) {
      for (Optional<SourceDocument> next = reader.next(); next.isPresent(); next = reader.next()) {
        texts.add(next.get().line() + ":" + next.get().text());
      }
    }
    return texts;
  }

  private static void refused(Path file, SourceFormat format, String... parts) {
    assertThatThrownBy(() -> read(file, format, LIMIT))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void aTextFileIsOneDocument() throws IOException {
    String text = "line one\n\u00e4\u20ac\ud83d\ude00\n" + "long ".repeat(100_000);
    assertThat(read(write("a.txt", utf8(text)), TEXT, LIMIT)).containsExactly("1:" + text);
    assertThat(read(write("b.txt", new byte[0]), TEXT, LIMIT)).containsExactly("1:");
  }

  @Test
  void eachLineOfJsonIsADocument() throws IOException {
    String lines =
        "{\"text\":\"a\\n\u00e4\",\"id\":7}\n\n \r\n{\"id\":[1],\"text\":\"b\"}\r\n{\"text\":\"\"}";
    assertThat(read(write("a.jsonl", utf8(lines)), LINES, LIMIT))
        .containsExactly("1:a\n\u00e4", "4:b", "5:");
    assertThat(
            read(
                write("b.jsonl", utf8("{\"body\":\"x\"}\n")),
                new SourceFormat.JsonLines("body"),
                50))
        .containsExactly("1:x");
    assertThat(read(write("c.jsonl", new byte[0]), LINES, LIMIT)).isEmpty();
  }

  @Test
  void aTextOfSeveralMegabytesFitsALine() throws IOException {
    String text = "word ".repeat(1_200_000);
    Path file = write("a.jsonl", utf8("{\"text\":\"" + text + "\"}\n"));
    assertThat(read(file, LINES, LIMIT)).containsExactly("1:" + text);
  }

  @Test
  void compressionChangesNothing() throws Exception {
    byte[] content = utf8("{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    Path plain = write("a.jsonl", content);
    Path whole = write("a.jsonl.gz", gzip(content));
    Path members =
        write("b.jsonl.gz", gzip(Arrays.copyOf(content, 17), Arrays.copyOfRange(content, 17, 26)));
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    for (Path file : List.of(plain, whole, members)) {
      assertThat(read(file, LINES, LIMIT)).containsExactly("1:a", "2:b");
      assertThat(SourceReader.digest(file)).isEqualTo(digest);
    }
  }

  @Test
  void theDigestIsOfTheWholeFileEvenWhereItWasReadInPart() throws IOException {
    Path file = write("a.jsonl", utf8("{\"text\":\"a\"}\n".repeat(20_000)));
    try (SourceReader reader = new SourceReader(file, "a.jsonl", LINES, LIMIT)) {
      assertThat(reader.next()).isPresent();
      assertThat(reader.digest()).isEqualTo(SourceReader.digest(file));
    }
  }

  @Test
  void invalidUtf8IsNamedByLineAndByte() throws IOException {
    byte[] text = utf8("ab\ncd\nef\n");
    text[7] = (byte) 0xff;
    refused(write("a.txt", text), TEXT, "line 3", "byte 7", "0xff");
    byte[] lines = utf8("{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    lines[22] = (byte) 0xc3;
    refused(write("a.jsonl", lines), LINES, "line 2", "byte 22", "0xc3");
    byte[] cut = utf8("abc\u20ac");
    refused(write("b.txt", Arrays.copyOf(cut, 5)), TEXT, "line 1", "byte 3");
    refused(
        write("c.txt", new byte[] {'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80}), TEXT, "byte 1");
  }

  /// The file is sparse: it has a gigabyte without holding one.
  @Test
  void aLineOfAGigabyteIsRefusedWhenItPassesTheLimit() throws IOException {
    Path file = write("a.jsonl", utf8("{\"text\":\"a\"}\n"));
    try (RandomAccessFile grown = new RandomAccessFile(file.toFile(), "rw")) {
      grown.setLength(1L << 30);
    }
    refused(file, LINES, "line 2", "16777216", "document_bytes");
    Path text = Files.move(file, folder.resolve("a.txt"));
    refused(text, TEXT, "line 1", "16777216", "document_bytes");
  }

  @Test
  void aDocumentOfExactlyTheLimitIsRead() throws IOException {
    Path file = write("a.jsonl", utf8("{\"text\":\"abc\"}\n{\"text\":\"abcd\"}\n"));
    assertThat(read(file, LINES, 15)).hasSize(2);
    assertThatThrownBy(() -> read(file, LINES, 14))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll("a.jsonl", "line 2", "14 bytes");
  }

  @Test
  void aFileThatGrowsWithoutBoundsIsRefused() throws IOException {
    Path bomb = folder.resolve("bomb.jsonl.gz");
    byte[] blank = new byte[1 << 20];
    Arrays.fill(blank, (byte) '\n');
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
      for (int i = 0; i < 100; i++) {
        out.write(blank);
      }
    }
    refused(bomb, LINES, "no text compresses like that");
    assertThatThrownBy(() -> SourceReader.digest(bomb)).isInstanceOf(TrainException.class);
  }

  @Test
  void damagedOrCutCompressionIsNamed() throws IOException {
    byte[] content = new byte[100_000];
    new java.util.Random(1).nextBytes(content);
    byte[] packed = gzip(utf8("{\"text\":\"" + HexFormat.of().formatHex(content) + "\"}\n"));
    refused(write("cut.jsonl.gz", Arrays.copyOf(packed, 50_000)), LINES, "not whole");
    refused(write("head.jsonl.gz", Arrays.copyOf(packed, 5)), LINES, "not whole");
    refused(write("empty.jsonl.gz", new byte[0]), LINES, "not whole");
    refused(write("plain.jsonl.gz", utf8("{\"text\":\"a\"}\n")), LINES, "damaged");
    byte[] damaged = packed.clone();
    damaged[packed.length - 6] ^= 1; // in the checksum
    refused(write("sum.jsonl.gz", damaged), LINES, "damaged");
  }

  @Test
  void whatIsNoDocumentIsNamedByItsLine() throws IOException {
    String good = "{\"text\":\"a\"}\n";
    refused(write("a.jsonl", utf8(good + "{\"text\":\n")), LINES, "no JSON", "line 2");
    refused(
        write("b.jsonl", utf8(good + good + "{\"body\":\"b\"}\n")),
        LINES,
        "line 3",
        "no such field");
    refused(
        write("c.jsonl", utf8("{\"text\":7}\n")), LINES, "line 1", "\"text\"", "something else");
    refused(write("d.jsonl", utf8("[\"text\"]\n")), LINES, "line 1", "an array");
    refused(write("e.jsonl", utf8("{\"text\":\"a\"} {\"text\":\"b\"}\n")), LINES, "line 1");
    refused(write("f.jsonl", utf8("{\"text\":\"\\ud800\"}\n")), LINES, "line 1", "surrogate");
    refused(write("g.jsonl", utf8("{\"text\":\"a\",\"text\":\"b\"}\n")), LINES, "line 1");
    refused(folder.resolve("none.jsonl"), LINES, "no such file");
    refused(folder, LINES, "folder");
  }

  /// Bytes of the `zstd` program, in one frame: `{"text":"a"}` and `{"text":"b"}`, a line each.
  private static final String PACKED =
      "28b52ffd0458bd0000887b2274657874223a2261227d0a62227d0a010050cc2f8275550f";

  @Test
  void zstdIsReadAsWhatIsInIt() throws IOException {
    byte[] packed = HexFormat.of().parseHex(PACKED);
    Path plain = write("plain.jsonl", utf8("{\"text\":\"a\"}\n{\"text\":\"b\"}\n"));
    Path whole = write("a.jsonl.zst", packed);
    try (SourceReader reader = new SourceReader(whole, "a", LINES, 1000)) {
      assertThat(reader.next().orElseThrow().text()).isEqualTo("a");
      assertThat(reader.next().orElseThrow().text()).isEqualTo("b");
      assertThat(reader.next()).isEmpty();
      assertThat(reader.digest()).isEqualTo(SourceReader.digest(plain));
    }
    refused(write("cut.jsonl.zst", Arrays.copyOf(packed, 20)), LINES, "not whole");
    refused(write("empty.jsonl.zst", new byte[0]), LINES, "not whole");
    refused(write("plain.jsonl.zst", utf8("{\"text\":\"a\"}\n")), LINES, "no zstd data");
    packed[packed.length - 1] ^= 1;
    refused(write("sum.jsonl.zst", packed), LINES, "checksum");
    byte[] dictionary = HexFormat.of().parseHex("28b52ffd212a05290000" + "6162636465");
    refused(write("dictionary.jsonl.zst", dictionary), LINES, "the dictionary 42");
    byte[] bomb = new byte[6 + 4 * 300];
    System.arraycopy(HexFormat.of().parseHex("28b52ffd0088"), 0, bomb, 0, 6);
    for (int block = 0; block < 300; block++) { // 128 KiB of line breaks in four bytes each
      System.arraycopy(HexFormat.of().parseHex("0200100a"), 0, bomb, 6 + 4 * block, 4);
    }
    refused(write("bomb.jsonl.zst", bomb), LINES, "no text compresses like that");
  }
}
