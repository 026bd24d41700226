package dev.freehold.documents.answer;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.DocumentsException.Reason;
import dev.freehold.documents.answer.DocumentAnswer.NotFound;
import dev.freehold.documents.answer.DocumentAnswer.Outcome;
import dev.freehold.documents.answer.DocumentAnswer.Why;
import dev.freehold.documents.index.Embedder;
import dev.freehold.documents.index.FoundPassage;
import dev.freehold.documents.index.OpenIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Has a model answer questions from the passages of an index, and believes of its answer only what
/// is quoted from them.
///
/// Every outcome but an answer with a quote that holds is "not found in the documents".
public final class DocumentAnswers {
  private static final int LONGEST_REPLY = 200_000;

  private final OpenIndex index;
  private final Optional<Embedder> embedder;
  private final ChatBackend backend;
  private final AnswerSettings settings;

  /// @param embedder of the model that made the index's vectors; without it words alone count
  public DocumentAnswers(
      OpenIndex index, Optional<Embedder> embedder, ChatBackend backend, AnswerSettings settings) {
    this.index = index;
    this.embedder = embedder;
    this.backend = backend;
    this.settings = settings;
  }

  /// The passages that a question would be answered from: those that reach the threshold.
  public List<FoundPassage> sources(String question, Cancellation cancellation) {
    return index.search(question, embedder, settings.mostSources(), cancellation).stream()
        .filter(found -> settings.threshold().isReached(found.relevance()))
        .toList();
  }

  /// Searches and answers.
  ///
  /// @throws ChatException where the model does not answer
  /// @throws DocumentsException where the search fails, or the answer was cancelled
  public DocumentAnswer answer(String question, Cancellation cancellation) {
    return answer(question, sources(question, cancellation), cancellation);
  }

  /// Answers from these passages.
  public DocumentAnswer answer(
      String question, List<FoundPassage> sources, Cancellation cancellation) {
    if (sources.isEmpty()) {
      return new DocumentAnswer(question, new NotFound(Why.NOTHING_RELEVANT), List.of(), List.of());
    }
    List<String> notes = new ArrayList<>();
    List<FoundPassage> given = sources;
    while (true) {
      try {
        return checked(question, given, reply(question, given, notes, cancellation), notes);
      } catch (ChatException failure) {
        if (failure.kind() != ChatException.Kind.CONTEXT_EXCEEDED || given.size() == 1) {
          throw failure;
        }
        given = given.subList(0, given.size() / 2);
        notes.add(
            "the model's context holds %d of the %d passages"
                .formatted(given.size(), sources.size()));
      }
    }
  }

  private static DocumentAnswer checked(
      String question, List<FoundPassage> given, String reply, List<String> notes) {
    Optional<ModelReply> read = ModelReply.of(reply);
    if (read.isEmpty()) {
      notes.add("the model's reply has not the form that was asked for");
      return new DocumentAnswer(question, new NotFound(Why.NO_CITATION_HOLDS), given, notes);
    }
    CitationCheck check = new CitationCheck(given);
    Outcome outcome = check.check(read.get());
    notes.addAll(check.struckOut());
    return new DocumentAnswer(question, outcome, given, notes);
  }

  /// Asked for under a schema; where the backend has no such thing, once more without.
  private String reply(
      String question, List<FoundPassage> given, List<String> notes, Cancellation cancellation) {
    OutputFormat format = new OutputFormat.JsonSchema(AnswerPrompt.schema(given.size()));
    try {
      return reply(request(question, given, format), notes, cancellation);
    } catch (ChatException failure) {
      if (failure.kind() != ChatException.Kind.NOT_SUPPORTED) {
        throw failure;
      }
      notes.add("the model takes no JSON Schema; its reply is free text that was read");
      return reply(request(question, given, OutputFormat.FREE), notes, cancellation);
    }
  }

  private ChatRequest request(String question, List<FoundPassage> given, OutputFormat format) {
    return new ChatRequest(
        settings.model(),
        Input.Conversation.of(AnswerPrompt.messages(question, given)),
        settings.sampling(),
        Ending.NATURAL.withMaxTokens(settings.maxTokens()),
        Output.FREE.withFormat(format),
        settings.caller());
  }

  private String reply(ChatRequest request, List<String> notes, Cancellation cancellation) {
    StringBuilder reply = new StringBuilder();
    backend.answer(
        request,
        event -> {
          switch (event) {
            case ChatEvent.TextDelta delta -> {
              if (reply.length() + delta.text().length() > LONGEST_REPLY) {
                throw new DocumentsException(
                    Reason.REFUSED,
                    "the model's reply has more than %,d characters".formatted(LONGEST_REPLY));
              }
              reply.append(delta.text());
            }
            case ChatEvent.Notice notice -> notes.add(notice.text());
            case ChatEvent.Failed failed -> throw failed.failure();
            case ChatEvent.Finished finished -> note(finished.reason(), notes);
            default -> {} // what it is served by, its progress and its thoughts
          }
        },
        cancellation);
    if (cancellation.isCancelled()) {
      throw new DocumentsException(Reason.REFUSED, "the answer was stopped");
    }
    return reply.toString();
  }

  private static void note(FinishReason reason, List<String> notes) {
    switch (reason) {
      case MAX_TOKENS, CONTEXT_FULL -> notes.add("the model's reply was cut off by its length");
      case REFUSED -> notes.add("the model, or whoever runs it, declined to answer");
      case END, TOOL_CALLS, STOP_STRING, CANCELLED -> {}
    }
  }
}
