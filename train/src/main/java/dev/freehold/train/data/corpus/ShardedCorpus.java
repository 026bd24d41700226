package dev.freehold.train.data.corpus;

import dev.freehold.train.TrainException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The documents of a corpus as tokens, read from its shards, which are mapped, not loaded. Safe
/// for several threads.
///
/// Failures: a [TrainException] where the corpus is not the one that was asked for, with both
/// hashes, or where a file of it was changed.
public final class ShardedCorpus {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path folder;
  private final CorpusManifest manifest;
  private final List<Shard> shards;

  /// A mapped shard.
  ///
  /// @param first number of its first document in the corpus
  private record Shard(String file, ShardFormat format, MemorySegment bytes, long first) {
    int end(long document) {
      return bytes.get(INT, ShardFormat.HEADER + ShardFormat.END_BYTES * document);
    }

    int start(long document) {
      return document == 0 ? 0 : end(document - 1);
    }

    int token(long index) {
      long at = format.tokenStart() + format.tokenBytes() * index;
      return format.tokenBytes() == 2 ? bytes.get(SHORT, at) & 0xffff : bytes.get(INT, at);
    }
  }

  private ShardedCorpus(Path folder, CorpusManifest manifest, List<Shard> shards) {
    this.folder = folder;
    this.manifest = manifest;
    this.shards = List.copyOf(shards);
  }

  /// Opens the corpus in a folder and checks every byte of it.
  ///
  /// @param digest SHA-256 that its manifest must have
  /// @param tokenizer SHA-256 that its tokenizer must have
  public static ShardedCorpus open(Path folder, String digest, String tokenizer) {
    CorpusManifest manifest = CorpusManifest.read(folder);
    String found = CorpusManifest.digest(folder);
    if (!found.equals(digest)) {
      throw new TrainException(
          "%s: the recipe names a corpus whose manifest has SHA-256 %s, found %s (\"%s\")"
              .formatted(folder, digest, found, manifest.name()));
    }
    if (!manifest.tokenizer().equals(tokenizer)) {
      throw new TrainException(
          "recipe: data.tokenizer: expected a corpus made with the tokenizer SHA-256 %s, %s has %s"
              .formatted(tokenizer, folder, manifest.tokenizer()));
    }
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      requireUnchanged(folder, file.getKey(), file.getValue());
    }
    String files = CorpusTokenizer.digest(folder.resolve("tokenizer"));
    if (!files.equals(tokenizer)) {
      throw new TrainException(
          "%s: the tokenizer has SHA-256 %s, its manifest says %s"
              .formatted(folder, files, tokenizer));
    }
    List<Shard> shards = new ArrayList<>();
    long first = 0;
    for (CorpusManifest.Shard each : manifest.shards()) {
      requireUnchanged(folder, each.file(), each.digest());
      shards.add(map(folder, each, manifest, first));
      first += each.documents();
    }
    return new ShardedCorpus(folder, manifest, shards);
  }

  private static void requireUnchanged(Path folder, String file, String digest) {
    String found = Hashes.ofFile(folder.resolve(file));
    if (!found.equals(digest)) {
      throw new TrainException(
          "%s: the manifest says SHA-256 %s, found %s: the file was changed; build the corpus again"
              .formatted(folder.resolve(file), digest, found));
    }
  }

  private static Shard map(
      Path folder, CorpusManifest.Shard shard, CorpusManifest manifest, long first) {
    Path file = folder.resolve(shard.file());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < ShardFormat.HEADER) {
        throw new TrainException(
            "%s: %d bytes are no shard, whose header has %d"
                .formatted(file, size, ShardFormat.HEADER));
      }
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
      byte[] header = bytes.asSlice(0, ShardFormat.HEADER).toArray(ValueLayout.JAVA_BYTE);
      ShardFormat format = ShardFormat.read(header, file.toString(), size);
      if (format.documents() != shard.documents()
          || format.tokens() != shard.tokens()
          || format.vocabulary() != manifest.vocabulary()
          || format.endOfText() != manifest.endOfText()) {
        throw new TrainException("%s: %s is not what the manifest says".formatted(file, format));
      }
      Shard mapped = new Shard(file.toString(), format, bytes, first);
      int before = 0;
      for (long i = 0; i < format.documents(); i++) {
        int end = mapped.end(i);
        if (end <= before || end > format.tokens()) {
          throw new TrainException(
              "%s: document %d ends at token %d, after %d".formatted(file, i, end, before));
        }
        before = end;
      }
      if (before != format.tokens()) {
        throw new TrainException(
            "%s: the documents end at token %d of %d".formatted(file, before, format.tokens()));
      }
      return mapped;
    } catch (IOException e) {
      throw new TrainException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  /// What is in it.
  public CorpusManifest manifest() {
    return manifest;
  }

  /// Where its tokenizer is.
  public Path tokenizerFolder() {
    return folder.resolve("tokenizer");
  }

  /// Documents by number, from 0.
  public long documents() {
    return manifest.documents();
  }

  private Shard shard(long document) {
    int low = 0;
    int high = shards.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (shards.get(middle).first() <= document) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return shards.get(low);
  }

  /// Tokens of a document, that which ends it included.
  public int length(long document) {
    Shard shard = shard(document);
    long number = document - shard.first();
    return shard.end(number) - shard.start(number);
  }

  /// Puts tokens `[from, from + count)` of a document into an array from `at` on.
  public void read(long document, int from, int count, int[] target, int at) {
    Shard shard = shard(document);
    long start = shard.start(document - shard.first()) + from;
    for (int i = 0; i < count; i++) {
      int token = shard.token(start + i);
      if (token < 0 || token >= manifest.vocabulary()) {
        throw new TrainException(
            "%s: token %d is %d, the vocabulary has %d"
                .formatted(shard.file(), start + i, token, manifest.vocabulary()));
      }
      target[at + i] = token;
    }
  }
}
