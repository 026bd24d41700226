package dev.freehold.documents.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/// What counts as the same word: borders as Unicode has them, no case, no accents, and endings
/// taken off by German and by English rules, both for every text, since a language that is guessed
/// wrongly would hide what it finds.
final class Words {
  /// Words without case and accents.
  static final String PLAIN = "words";

  /// Words without German endings.
  static final String GERMAN = "german";

  /// Words without English endings.
  static final String ENGLISH = "english";

  static final List<String> FIELDS = List.of(PLAIN, GERMAN, ENGLISH);

  private final Analyzer analyzer =
      new PerFieldAnalyzerWrapper(
          new WordsAnalyzer(PLAIN),
          Map.of(GERMAN, new WordsAnalyzer(GERMAN), ENGLISH, new WordsAnalyzer(ENGLISH)));

  /// For one field.
  private static final class WordsAnalyzer extends Analyzer {
    private final String field;

    WordsAnalyzer(String field) {
      this.field = field;
    }

    @Override
    protected TokenStreamComponents createComponents(String name) {
      Tokenizer tokenizer = new StandardTokenizer();
      TokenStream words =
          new ASCIIFoldingFilter(new GermanNormalizationFilter(new LowerCaseFilter(tokenizer)));
      TokenStream stems =
          switch (field) {
            case GERMAN -> new GermanLightStemFilter(words);
            case ENGLISH -> new KStemFilter(words);
            default -> words;
          };
      return new TokenStreamComponents(tokenizer, stems);
    }
  }

  Analyzer analyzer() {
    return analyzer;
  }

  /// The words of a text as a field has them, in their order.
  List<String> of(String field, String text) {
    List<String> words = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream(field, text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        words.add(term.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a text in memory does not fail
    }
    return words;
  }

  /// The different words of a text as a field has them.
  Set<String> setOf(String field, String text) {
    return new LinkedHashSet<>(of(field, text));
  }
}
