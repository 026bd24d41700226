package dev.freehold.train.data.corpus;

import dev.freehold.tensor.Sha256;
import dev.freehold.text.TextException;
import dev.freehold.text.Tokenizer;
import dev.freehold.train.TrainException;
import dev.freehold.train.data.DocumentSource;
import dev.freehold.train.data.TrainedTokenizer;
import dev.freehold.train.recipe.CorpusDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/// The tokenizer of a corpus, trained on it or given.
///
/// @param digest SHA-256 of its files, one after the other
/// @param endOfText id of the token that ends a text
record CorpusTokenizer(Tokenizer tokenizer, String digest, int endOfText) {
  /// The files that make a tokenizer, in the order of the digest; the second may be absent.
  static final List<String> FILES = List.of("tokenizer.json", "tokenizer_config.json");

  private static final String END_OF_TEXT = "<|endoftext|>";

  /// Trains or finds a tokenizer, and puts its files into a folder.
  ///
  /// @param from folder that the sources are in
  /// @param documents how many documents there are
  static CorpusTokenizer of(
      CorpusDescription.TokenizerChoice choice,
      Path from,
      Path folder,
      long documents,
      DocumentSource source) {
    switch (choice) {
      case CorpusDescription.Trained trained ->
          TrainedTokenizer.train(
                  source,
                  Math.min(trained.documents(), documents),
                  trained.vocabulary(),
                  List.of(END_OF_TEXT),
                  "")
              .write(folder);
      case CorpusDescription.Given given -> {
        Path original = from.resolve(given.path());
        String found = digest(original);
        if (!found.equals(given.digest())) {
          throw new TrainException(
              "%s: the corpus names a tokenizer with SHA-256 %s, found %s"
                  .formatted(original, given.digest(), found));
        }
        copy(original, folder);
      }
    }
    return open(folder);
  }

  /// Reads the tokenizer in a folder.
  static CorpusTokenizer open(Path folder) {
    try {
      Tokenizer tokenizer = Tokenizer.fromFolder(folder);
      int endOfText =
          tokenizer
              .eosId()
              .orElseThrow(() ->
                  new TrainException(
                      folder
                          + ": the tokenizer has no token that ends a text; name one as"
                          + " eos_token in tokenizer_config.json"));
      return new CorpusTokenizer(tokenizer, digest(folder), endOfText);
    } catch (TextException e) {
      throw new TrainException("corpus: tokenizer: " + e.getMessage(), e);
    }
  }

  private static void copy(Path original, Path folder) {
    try {
      Files.createDirectories(folder);
      for (String name : FILES) {
        if (Files.exists(original.resolve(name))) {
          Files.copy(original.resolve(name), folder.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new TrainException("%s: the tokenizer cannot be copied: %s".formatted(folder, e), e);
    }
  }

  /// SHA-256 of the files of the tokenizer in a folder.
  static String digest(Path folder) {
    MessageDigest digest = Sha256.begin();
    try {
      for (String name : FILES) {
        Path file = folder.resolve(name);
        if (Files.exists(file) || name.equals(FILES.getFirst())) {
          digest.update(Files.readAllBytes(file));
        }
      }
    } catch (IOException e) {
      throw new TrainException("%s: the tokenizer cannot be read: %s".formatted(folder, e), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  int vocabulary() {
    return tokenizer.vocabularySize();
  }

  /// The tokens of a text; marks in it are text like any other.
  int[] encode(String text) {
    try {
      return tokenizer.encode(text, false);
    } catch (TextException e) {
      throw new TrainException("a document cannot be made into tokens: " + e.getMessage(), e);
    }
  }
}
