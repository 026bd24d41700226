package dev.freehold.train.data;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.train.TrainException;
import dev.freehold.train.data.corpus.ShardedCorpus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// The documents of a corpus, whose ids are in the records beside its shards.
///
/// @param records the corpus' documents.jsonl, whose hash its manifest holds
/// @param count documents that are trained on
public record ShardDocuments(ShardedCorpus corpus, Path records, long count) implements Documents {
  @Override
  public List<Long> numbers(String id) {
    return find(node -> node.path("id").asString("").equals(id) && node.has("number")).stream()
        .map(node -> node.path("number").asLong(-1))
        .filter(number -> number >= 0 && number < count)
        .toList();
  }

  @Override
  public String id(long number) {
    require(number);
    return find(node -> node.path("number").asLong(-1) == number).stream()
        .map(node -> node.path("id").asString(""))
        .findFirst()
        .orElseThrow(() -> new TrainException("%s: no document %d".formatted(records, number)));
  }

  private List<JsonNode> find(Predicate<JsonNode> wanted) {
    try (BufferedReader lines = Files.newBufferedReader(records)) {
      return lines
          .lines()
          .map(line -> StrictJson.parse(line.getBytes(StandardCharsets.UTF_8), records.toString()))
          .filter(wanted)
          .toList();
    } catch (IOException | UncheckedIOException | TensorException e) {
      throw new TrainException("%s: cannot be read: %s".formatted(records, e), e);
    }
  }

  @Override
  public int[] tokens(long number) {
    require(number);
    int[] tokens = new int[corpus.length(number)];
    corpus.read(number, 0, tokens.length, tokens, 0);
    return tokens;
  }

  private void require(long number) {
    if (number < 0 || number >= count) {
      throw new TrainException(
          "document %d: documents 0 to %d are trained on".formatted(number, count - 1));
    }
  }
}
