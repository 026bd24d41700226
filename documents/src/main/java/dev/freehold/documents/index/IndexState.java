package dev.freehold.documents.index;

import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.DocumentsException.Reason;
import dev.freehold.documents.extract.Extractor;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an index says of itself; part of every commit.
///
/// @param folders those that were added, by their numbers
/// @param embeddings the model of its vectors, where it has any
/// @param dimension of the vectors; 0 while there are none
/// @param isFinished whether the last update went to its end
/// @param updated when that was
public record IndexState(
    SortedMap<Integer, Path> folders,
    Optional<EmbeddingModel> embeddings,
    int dimension,
    boolean isFinished,
    Instant updated) {
  private static final String FORMAT = "format";
  private static final String FORMAT_NOW = "1." + Extractor.VERSION;
  private static final String FOLDER = "folder.";
  private static final String NAME = "embedding.name";
  private static final String IDENTITY = "embedding.identity";
  private static final String PASSAGE_PREFIX = "embedding.passage-prefix";
  private static final String QUESTION_PREFIX = "embedding.question-prefix";
  private static final String DIMENSION = "embedding.dimension";
  private static final String FINISHED = "finished";
  private static final String UPDATED = "updated";

  public IndexState {
    folders = Collections.unmodifiableSortedMap(new TreeMap<>(folders));
  }

  static IndexState empty() {
    return new IndexState(new TreeMap<>(), Optional.empty(), 0, true, Instant.EPOCH);
  }

  IndexState withFolders(SortedMap<Integer, Path> newFolders) {
    return new IndexState(newFolders, embeddings, dimension, isFinished, updated);
  }

  IndexState withEmbeddings(EmbeddingModel model) {
    return new IndexState(folders, Optional.of(model), 0, isFinished, updated);
  }

  IndexState withoutEmbeddings() {
    return new IndexState(folders, Optional.empty(), 0, isFinished, updated);
  }

  IndexState withDimension(int newDimension) {
    return new IndexState(folders, embeddings, newDimension, isFinished, updated);
  }

  IndexState updated(boolean hasFinished, Instant now) {
    return new IndexState(folders, embeddings, dimension, hasFinished, now);
  }

  Map<String, String> toMap() {
    Map<String, String> map = new HashMap<>();
    map.put(FORMAT, FORMAT_NOW);
    folders.forEach((number, path) -> map.put(FOLDER + number, path.toString()));
    embeddings.ifPresent(model -> {
      map.put(NAME, model.name());
      map.put(IDENTITY, model.identity());
      map.put(PASSAGE_PREFIX, model.passagePrefix());
      map.put(QUESTION_PREFIX, model.questionPrefix());
      map.put(DIMENSION, Integer.toString(dimension));
    });
    map.put(FINISHED, Boolean.toString(isFinished));
    map.put(UPDATED, updated.toString());
    return map;
  }

  /// @param where the index, for messages
  static IndexState of(Map<String, String> map, Path where) {
    if (!FORMAT_NOW.equals(map.get(FORMAT))) {
      throw new DocumentsException(
          Reason.UNREADABLE,
          "%s: was written in format %s, this version reads %s; remove it and add its folders again"
              .formatted(where, map.getOrDefault(FORMAT, "unknown"), FORMAT_NOW));
    }
    try {
      SortedMap<Integer, Path> folders = new TreeMap<>();
      map.forEach((name, value) -> {
        if (name.startsWith(FOLDER)) {
          folders.put(Integer.valueOf(name.substring(FOLDER.length())), Path.of(value));
        }
      });
      Optional<EmbeddingModel> model =
          Optional.ofNullable(map.get(NAME))
              .map(name ->
                  new EmbeddingModel(
                      name,
                      map.getOrDefault(IDENTITY, ""),
                      map.getOrDefault(PASSAGE_PREFIX, ""),
                      map.getOrDefault(QUESTION_PREFIX, "")));
      return new IndexState(
          folders,
          model,
          Integer.parseInt(map.getOrDefault(DIMENSION, "0")),
          Boolean.parseBoolean(map.get(FINISHED)),
          Instant.parse(map.getOrDefault(UPDATED, "")));
    } catch (NumberFormatException | InvalidPathException | DateTimeParseException damaged) {
      throw new DocumentsException(
          Reason.UNREADABLE,
          "%s: is damaged: %s; remove the index and add its folders again"
              .formatted(where, damaged.getMessage()),
          damaged);
    }
  }
}
