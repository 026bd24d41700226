package dev.freehold.desk.work;

import dev.freehold.agent.workflow.StepException;
import java.util.List;

/// Whoever drafts answers from the desk's own pages.
public interface Drafter {
  /// An answer with what it rests on.
  ///
  /// @param text with numbers of sources in brackets; empty where the pages do not tell
  /// @param note what the person should know of the draft; may be empty
  record Draft(String text, List<Source> sources, String note) {
    public Draft {
      sources = List.copyOf(sources);
    }
  }

  /// A piece of a page.
  ///
  /// @param number as the text has it in brackets
  /// @param document the page, as people know it
  /// @param quote word for word as it stands there
  record Source(int number, String document, String quote) {}

  /// @param question as the customer wrote it: data
  /// @throws StepException where no answer can be had now
  Draft draft(String question);
}
