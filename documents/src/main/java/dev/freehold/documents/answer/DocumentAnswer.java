package dev.freehold.documents.answer;

import dev.freehold.documents.index.FoundPassage;
import java.util.List;

/// What came of a question.
///
/// @param sources the passages that the model was given; the first is number 1
/// @param notes what a person should know of how the answer came about: citations that were struck
///   out, and what was done without
public record DocumentAnswer(
    String question, Outcome outcome, List<FoundPassage> sources, List<String> notes) {
  public DocumentAnswer {
    sources = List.copyOf(sources);
    notes = List.copyOf(notes);
  }

  /// An answer, or that there is none.
  public sealed interface Outcome {}

  /// An answer with at least one citation that holds.
  ///
  /// @param text with the numbers of sources in brackets; each has a citation
  public record Answered(String text, List<Citation> citations) implements Outcome {
    public Answered {
      citations = List.copyOf(citations);
    }
  }

  /// It is not found in the documents.
  public record NotFound(Why why) implements Outcome {}

  /// Why something counts as not found.
  public enum Why {
    /// No passage reaches the threshold; no model was asked.
    NOTHING_RELEVANT,
    /// The model says that the sources do not tell.
    MODEL_SAYS_SO,
    /// No quote of the model's answer stands in the source that it names.
    NO_CITATION_HOLDS;

    /// As the end of a sentence.
    public String shown() {
      return switch (this) {
        case NOTHING_RELEVANT -> "no passage fits the question well enough";
        case MODEL_SAYS_SO -> "the model says that the passages do not tell";
        case NO_CITATION_HOLDS -> "no quote of the model's answer stands in its source";
      };
    }
  }

  public boolean isFound() {
    return outcome instanceof Answered;
  }
}
