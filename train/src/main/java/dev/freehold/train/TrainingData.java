package dev.freehold.train;

import dev.freehold.text.Tokenizer;
import dev.freehold.train.data.DocumentSource;
import dev.freehold.train.data.Documents;
import dev.freehold.train.data.PackedSequences;
import dev.freehold.train.data.ShardDocuments;
import dev.freehold.train.data.ShardSequences;
import dev.freehold.train.data.SourceDocuments;
import dev.freehold.train.data.TrainedTokenizer;
import dev.freehold.train.data.corpus.CorpusManifest;
import dev.freehold.train.data.corpus.ShardedCorpus;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.seedling.ChatFormat;
import dev.freehold.train.seedling.SeedlingCorpus;
import dev.freehold.train.step.Batches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The tokens of a run as its recipe names them, and where they come from.
///
/// @param tokenizer SHA-256 of the tokenizer's files
/// @param endOfText id of the token that ends a text
/// @param documents those that are trained on
/// @param digest SHA-256 of what is trained on and held out
/// @param cutDocuments documents that are longer than a sequence and lose their end
record TrainingData(
    Batches batches,
    Documents documents,
    String tokenizer,
    int endOfText,
    String digest,
    long cutDocuments) {
  private static final List<String> MARKS =
      List.of(ChatFormat.START, ChatFormat.END_OF_TEXT, ChatFormat.END);
  private static final long TOKENIZER_DOCUMENTS = 20_000;

  /// Makes or reads the data of a recipe.
  ///
  /// @param shards folder of the corpus, for recipes that name one
  /// @param tokenizerFolder where the tokenizer's files are put
  /// @throws TrainException where the data is not what the recipe names
  static TrainingData open(Recipe recipe, Optional<Path> shards, Path tokenizerFolder) {
    return switch (recipe.data().corpus()) {
      case "seedling" -> seedling(recipe, tokenizerFolder);
      case "shards" ->
          shards(
              recipe,
              shards.orElseThrow(() ->
                  new TrainException(
                      "recipe: data.corpus: shards: say in which folder the corpus with the"
                          + " manifest %s is (--data DIR)".formatted(recipe.data().manifest()))),
              tokenizerFolder);
      case String other ->
          throw new TrainException(
              "recipe: data.corpus: expected seedling or shards, found " + other);
    };
  }

  private static TrainingData shards(Recipe recipe, Path folder, Path tokenizerFolder) {
    Recipe.Data data = recipe.data();
    if (data.manifest().isEmpty() || data.tokenizer().isEmpty()) {
      String tokenizer = CorpusManifest.read(folder).tokenizer();
      throw new TrainException(
          "recipe: data.manifest and data.tokenizer are not named; for the corpus in %s they are"
                  .formatted(folder)
              + " manifest: %s and tokenizer: %s"
                  .formatted(CorpusManifest.digest(folder), tokenizer));
    }
    ShardedCorpus corpus = ShardedCorpus.open(folder, data.manifest(), data.tokenizer());
    int vocabulary = corpus.manifest().vocabulary();
    Object embeddings = recipe.architecture().getOrDefault("vocab_size", 0L);
    if (vocabulary > (long) embeddings) {
      throw new TrainException(
          "recipe: architecture.vocab_size: %s, but the corpus has a vocabulary of %d"
              .formatted(embeddings, vocabulary));
    }
    try {
      Files.createDirectories(tokenizerFolder);
      try (Stream<Path> files = Files.list(corpus.tokenizerFolder())) {
        for (Path file : files.toList()) {
          Path copy = tokenizerFolder.resolve(file.getFileName());
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new TrainException(
          "%s: the tokenizer cannot be written: %s".formatted(tokenizerFolder, e), e);
    }
    return new TrainingData(
        ShardSequences.batches(corpus, recipe),
        new ShardDocuments(
            corpus, folder.resolve("documents.jsonl"), corpus.documents() - data.heldOut()),
        data.tokenizer(),
        corpus.manifest().endOfText(),
        data.manifest(),
        0);
  }

  private static TrainingData seedling(Recipe recipe, Path tokenizerFolder) {
    Recipe.Data data = recipe.data();
    DocumentSource source = SeedlingCorpus.of(data.corpusSeed()).texts();
    TrainedTokenizer trained =
        TrainedTokenizer.train(
            source,
            Math.min(TOKENIZER_DOCUMENTS, data.documents()),
            data.vocabulary(),
            MARKS,
            SeedlingCorpus.CHAT_TEMPLATE);
    if (!data.tokenizer().isEmpty() && !data.tokenizer().equals(trained.digest())) {
      throw new TrainException(
          "recipe: data.tokenizer: expected SHA-256 %s, trained was %s"
              .formatted(data.tokenizer(), trained.digest()));
    }
    Tokenizer tokenizer = trained.write(tokenizerFolder);
    int endOfText = tokenizer.eosId().orElseThrow();
    Recipe.Shape shape = recipe.shape();
    PackedSequences packed =
        new PackedSequences(
            source,
            tokenizer,
            new PackedSequences.Plan(
                data.documents(), data.heldOut(), data.orderSeed(), data.wholeText(), endOfText),
            shape);
    return new TrainingData(
        packed,
        new SourceDocuments(source, tokenizer, data.documents()),
        trained.digest(),
        endOfText,
        packed.digest(),
        packed.cutDocuments());
  }
}
