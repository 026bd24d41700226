package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.workflow.Workflow;
import dev.freehold.agent.workflow.WorkflowAction;
import dev.freehold.agent.workflow.WorkflowListener;
import dev.freehold.agent.workflow.WorkflowParts;
import dev.freehold.agent.workflow.WorkflowRunner;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.desk.outcome.CaseFile;
import dev.freehold.desk.outcome.FolderSink;
import dev.freehold.desk.outcome.MailSink;
import dev.freehold.desk.outcome.ReplySink;
import dev.freehold.desk.outcome.WebhookSink;
import dev.freehold.desk.ticket.FolderSource;
import dev.freehold.desk.ticket.ImapSource;
import dev.freehold.desk.ticket.Receiver;
import dev.freehold.desk.ticket.TicketSource;
import dev.freehold.desk.work.Desk;
import dev.freehold.desk.work.DeskActions;
import dev.freehold.documents.answer.AnswerSettings;
import dev.freehold.documents.answer.DocumentAnswers;
import dev.freehold.documents.extract.ExtractionLimits;
import dev.freehold.documents.extract.Extractor;
import dev.freehold.documents.extract.JavaCommand;
import dev.freehold.documents.index.DocumentIndex;
import dev.freehold.documents.index.OpenIndex;
import dev.freehold.documents.index.RelevanceThreshold;
import dev.freehold.documents.index.ScanLimits;
import dev.freehold.documents.index.UpdateProgress;
import dev.freehold.documents.index.UpdateRequest;
import dev.freehold.eval.Candidate;
import dev.freehold.eval.Meter;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/// A desk with all that it works with, opened.
final class OpenDesk implements AutoCloseable {
  private static final int MOST_AT_ONCE = 64;

  /// Letters have many words that no page has, so that a passage needs few of them; a draft is
  /// believed for its quotes.
  private static final RelevanceThreshold RELEVANT = new RelevanceThreshold(0.1, 0.5);

  private static final int IMAPS = 993;
  private static final int SMTPS = 465;
  private static final int WEBHOOK = 9941;

  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final DeskFolder folder;
  private final Surroundings surroundings;
  private final Consumer<String> notices;

  /// Lucene tells there which of its loops it runs; loggers are held weakly.
  private final Logger library = Logger.getLogger("org.apache.lucene");

  private final Journal journal;
  private final Desk desk;

  /// @param notices is told what a person should know, safe to print
  OpenDesk(Surroundings surroundings, DeskFolder folder, Consumer<String> notices) {
    this.surroundings = surroundings;
    this.folder = folder;
    this.notices = notice -> notices.accept(Failure.printable(notice));
    library.setLevel(Level.SEVERE);
    Workflow workflow = Workflow.read(folder.workflow());
    journal = folder.journal(surroundings);
    closing.push(journal);
    boolean isOpen = false;
    try {
      desk = desk(workflow);
      isOpen = true;
    } finally {
      if (!isOpen) {
        close();
      }
    }
  }

  private Desk desk(Workflow workflow) {
    Candidate.Source.Asked asked = model();
    ChatBackend backend =
        (request, events, cancellation) ->
            asked
                .backend()
                .answer(
                    request.model().isEmpty() ? request.withModel(asked.model()) : request,
                    events,
                    cancellation);
    Map<String, WorkflowAction> actions =
        DeskActions.of(
            new DeskDrafts(
                new DocumentAnswers(
                    index(),
                    Optional.empty(),
                    backend,
                    AnswerSettings.DEFAULT.withThreshold(RELEVANT))),
            sink(),
            isSentOnce(),
            new CaseFile(folder.cases()));
    WorkflowParts parts = WorkflowParts.of(backend).withActions(actions);
    WorkflowRunner runner =
        new WorkflowRunner(journal, any -> parts, surroundings.clock(), WorkflowListener.NONE);
    Desk.Setting setting =
        new Desk.Setting(
            folder.number("", "at-once", MOST_AT_ONCE, 4), surroundings.clock(), this.notices);
    return new Desk(journal, runner, workflow, sources(), setting);
  }

  private Candidate.Source.Asked model() {
    String gateway = folder.string("", "gateway");
    EvalBackends backends =
        new EvalBackends(
            surroundings,
            new ArithmeticOptions(),
            OptionalInt.empty(),
            gateway.isEmpty() ? Optional.empty() : Optional.of(folder.folder().resolve(gateway)),
            false);
    closing.push(backends);
    String named = folder.string("", "model");
    String name =
        named.isEmpty() ? Models.findOrDefault(surroundings, Optional.empty()).name() : named;
    return switch (backends.open(name, Meter.NONE).source()) {
      case Candidate.Source.Asked asked -> asked;
      case Candidate.Source.Recorded _ ->
          throw folder.wrong("model", "recorded answers answer nothing new");
    };
  }

  /// The index of the pages, brought up to what they say now.
  private OpenIndex index() {
    DocumentIndex index = new DocumentIndex(folder.index(), surroundings.clock());
    try (Extractor extractor =
        new Extractor(JavaCommand.ofThisProcess(), ExtractionLimits.DEFAULT)) {
      UpdateRequest request =
          new UpdateRequest(
              List.of(folder.pages()), extractor, Optional.empty(), ScanLimits.DEFAULT, false);
      index
          .update(request, UpdateProgress.NONE, new Cancellation())
          .problems()
          .forEach(problem -> notices.accept("page " + problem));
    }
    OpenIndex open = index.open();
    closing.push(open);
    return open;
  }

  private ReplySink sink() {
    if (folder.has("smtp")) {
      String secret = folder.secret("smtp", "password-from", surroundings);
      return new MailSink(
          new MailSink.Account(
              folder.required("smtp", "host"),
              folder.number("smtp", "port", 65_535, SMTPS),
              folder.flag("smtp", "encrypted", true),
              folder.string("smtp", "user"),
              () -> secret,
              folder.required("smtp", "sender")));
    }
    if (folder.has("post")) {
      URI address = URI.create(folder.required("post", "url"));
      boolean isHttp = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (!isHttp || address.getHost() == null) {
        throw folder.wrong("post.url", "expected an address of http or https");
      }
      WebhookSink sink =
          new WebhookSink(address, folder.secret("post", "token-from", surroundings));
      closing.push(sink);
      return sink;
    }
    return new FolderSink(folder.outbox());
  }

  /// Files are written once; a server only where it says so; mail servers never do.
  private boolean isSentOnce() {
    return !folder.has("smtp") && (!folder.has("post") || folder.flag("post", "knows-keys", false));
  }

  private List<TicketSource> sources() {
    List<TicketSource> sources = new ArrayList<>();
    FolderSource inbox = new FolderSource(folder.inbox(), notices);
    sources.add(inbox);
    if (folder.has("webhook")) {
      folder.required("webhook", "token-from");
      Receiver receiver =
          Receiver.start(
              folder.number("webhook", "port", 65_535, WEBHOOK),
              inbox,
              folder.secret("webhook", "token-from", surroundings));
      closing.push(receiver);
      notices.accept("tickets are taken at http://127.0.0.1:%d/tickets".formatted(receiver.port()));
    }
    if (folder.has("imap")) {
      String secret = folder.secret("imap", "password-from", surroundings);
      String mailbox = folder.string("imap", "folder");
      sources.add(
          new ImapSource(
              new ImapSource.Mailbox(
                  folder.required("imap", "host"),
                  folder.number("imap", "port", 65_535, IMAPS),
                  folder.flag("imap", "encrypted", true),
                  folder.required("imap", "user"),
                  () -> secret,
                  mailbox.isEmpty() ? "INBOX" : mailbox),
              notices));
    }
    sources.forEach(closing::push);
    return sources;
  }

  Journal journal() {
    return journal;
  }

  Desk desk() {
    return desk;
  }

  @Override
  public void close() {
    while (!closing.isEmpty()) {
      try {
        closing.pop().close();
      } catch (Exception failure) {
        notices.accept(String.valueOf(failure.getMessage()));
      }
    }
  }
}
