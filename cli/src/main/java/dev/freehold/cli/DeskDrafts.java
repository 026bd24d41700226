package dev.freehold.cli;

import dev.freehold.agent.workflow.StepException;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.desk.work.Drafter;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.answer.Citation;
import dev.freehold.documents.answer.DocumentAnswer;
import dev.freehold.documents.answer.DocumentAnswers;
import java.util.List;

/// Drafts from an index of the desk's pages: a draft is there only where a quote of it holds.
record DeskDrafts(DocumentAnswers answers) implements Drafter {
  @Override
  public Draft draft(String question) {
    DocumentAnswer answer;
    try {
      answer = answers.answer(question, new Cancellation());
    } catch (ChatException | DocumentsException failure) {
      throw new StepException(String.valueOf(failure.getMessage()));
    }
    String notes = String.join("; ", answer.notes());
    return switch (answer.outcome()) {
      case DocumentAnswer.NotFound none ->
          new Draft(
              "",
              List.of(),
              "not found in the documents: "
                  + none.why().shown()
                  + (notes.isEmpty() ? "" : "; ")
                  + notes);
      case DocumentAnswer.Answered found ->
          new Draft(
              found.text(),
              found.citations().stream().map(citation -> source(answer, citation)).toList(),
              notes);
    };
  }

  private static Source source(DocumentAnswer answer, Citation citation) {
    String where = answer.sources().get(citation.source() - 1).where();
    return new Source(citation.source(), where, citation.quote());
  }
}
