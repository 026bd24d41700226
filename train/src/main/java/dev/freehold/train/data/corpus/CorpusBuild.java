package dev.freehold.train.data.corpus;

import dev.freehold.kernel.WorkerPool;
import dev.freehold.text.unicode.Unicode;
import dev.freehold.train.TrainException;
import dev.freehold.train.data.TextDocument;
import dev.freehold.train.recipe.CorpusDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes the folder of a corpus by its description: the same bytes whatever the number of threads
/// and the order in which sources are listed.
///
/// Documents stand in the order of their ids, so that neither files nor their names decide
/// anything. The folder is made under another name beside its place and renamed when it is whole.
public final class CorpusBuild {
  private static final int BATCH = 256;
  private static final int BATCH_BYTES = 16 << 20;
  private static final int SAY_EVERY = 50_000;
  private static final String SHARDS = "shards";

  private final CorpusDescription description;
  private final Path from;
  private final Path folder;
  private final WorkerPool pool;
  private final Consumer<String> progress;

  private CorpusBuild(
      CorpusDescription description,
      Path from,
      Path folder,
      WorkerPool pool,
      Consumer<String> progress) {
    this.description = description;
    this.from = from;
    this.folder = folder;
    this.pool = pool;
    this.progress = progress;
  }

  /// Builds a corpus.
  ///
  /// @param from folder that the sources are in
  /// @param out folder to make; must not be there yet
  /// @param progress is told what is being done
  /// @throws TrainException where a source is missing, broken or another one than described;
  ///   nothing is left then
  public static CorpusManifest build(
      CorpusDescription description, Path from, Path out, int threads, Consumer<String> progress) {
    Path target = out.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new TrainException(out + ": is there already; choose another folder, or delete it");
    }
    Path unfinished = null;
    try (WorkerPool pool = new WorkerPool(threads)) {
      Path parent = target.getParent() == null ? target : target.getParent();
      Files.createDirectories(parent);
      unfinished = Files.createTempDirectory(parent, "." + target.getFileName() + "-unfinished-");
      new CorpusBuild(description, from, unfinished, pool, progress).run();
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(unfinished);
      throw new TrainException("%s: cannot be written: %s".formatted(out, e), e);
    } catch (RuntimeException | Error e) {
      delete(unfinished);
      throw e;
    }
    return CorpusManifest.read(target);
  }

  private static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException ignored) {
      // the failure that is being reported came first, and the name says that this is unfinished
    }
  }

  private void run() throws IOException {
    Files.createDirectories(folder.resolve(SHARDS));
    try (SpooledTexts texts = new SpooledTexts(folder.resolve("texts"))) {
      DocumentTable table = new DocumentScan(description, from, pool, progress).run(texts);
      progress.accept("%,d documents: finding duplicates".formatted(table.count()));
      int[] order = table.inOrder();
      Duplicates duplicates = new Duplicates(table, order, description.deduplication());
      int[] kept =
          IntStream.of(order)
              .filter(document ->
                  table.broken(document) == 0
                      && duplicates.exact(document) == Duplicates.KEPT
                      && duplicates.near(document) == Duplicates.KEPT)
              .toArray();
      if (kept.length == 0) {
        throw new TrainException(
            "corpus: none of %d documents is left; see the rules".formatted(table.count()));
      }
      progress.accept("%,d documents are kept: preparing the tokenizer".formatted(kept.length));
      CorpusTokenizer tokenizer =
          CorpusTokenizer.of(
              description.tokenizer(),
              from,
              folder.resolve("tokenizer"),
              kept.length,
              index -> new TextDocument(text(table, texts, kept[(int) index]), List.of()));
      int[] lengths = new int[table.count()];
      List<ShardWriter.Written> written = writeShards(table, texts, kept, tokenizer, lengths);
      Map<String, Long> dropped =
          new DocumentRecords(description, table, duplicates, order)
              .write(folder.resolve("documents.jsonl"), lengths);
      Files.writeString(folder.resolve("corpus.json"), description.canonical() + "\n");
      manifest(table, tokenizer, written, dropped).write(folder);
    }
  }

  private static String text(DocumentTable table, SpooledTexts texts, int document) {
    return texts.read(table.textStart(document), table.textBytes(document));
  }

  /// Turns the kept documents into tokens and writes them.
  ///
  /// @param lengths takes the number of tokens of each
  private List<ShardWriter.Written> writeShards(
      DocumentTable table,
      SpooledTexts texts,
      int[] kept,
      CorpusTokenizer tokenizer,
      int[] lengths) {
    ShardWriter writer =
        new ShardWriter(
            folder.resolve(SHARDS),
            description.shardTokens(),
            tokenizer.vocabulary(),
            tokenizer.endOfText());
    int[][] tokens = new int[BATCH][];
    int done = 0;
    while (done < kept.length) {
      int first = done;
      long bytes = 0;
      int size = 0;
      while (size < BATCH && first + size < kept.length && bytes < BATCH_BYTES) {
        bytes += table.textBytes(kept[first + size]);
        size++;
      }
      pool.run(
          (i, worker) -> tokens[i] = tokenizer.encode(text(table, texts, kept[first + i])), size);
      for (int i = 0; i < size; i++) {
        writer.add(tokens[i]);
        lengths[kept[first + i]] = tokens[i].length + 1;
      }
      done += size;
      if (done / SAY_EVERY > first / SAY_EVERY) {
        progress.accept("%,d of %,d documents in tokens".formatted(done, kept.length));
      }
    }
    return writer.finish();
  }

  private CorpusManifest manifest(
      DocumentTable table,
      CorpusTokenizer tokenizer,
      List<ShardWriter.Written> written,
      Map<String, Long> dropped)
      throws IOException {
    List<CorpusManifest.Shard> shards = new ArrayList<>();
    for (ShardWriter.Written each : written) {
      String name = SHARDS + "/" + each.file();
      shards.add(
          new CorpusManifest.Shard(
              name, Hashes.ofFile(folder.resolve(name)), each.documents(), each.tokens()));
    }
    Map<String, String> files = new TreeMap<>();
    for (String name : List.of("corpus.json", "documents.jsonl")) {
      files.put(name, Hashes.ofFile(folder.resolve(name)));
    }
    for (String name : CorpusTokenizer.FILES) {
      Path file = folder.resolve("tokenizer").resolve(name);
      if (Files.exists(file)) {
        files.put("tokenizer/" + name, Hashes.ofFile(file));
      }
    }
    return new CorpusManifest(
        description.name(),
        description.digest(),
        Unicode.version(),
        tokenizer.digest(),
        tokenizer.vocabulary(),
        tokenizer.endOfText(),
        table.count(),
        dropped,
        shards,
        files);
  }
}
