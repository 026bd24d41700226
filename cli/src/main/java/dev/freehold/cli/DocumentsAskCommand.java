package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.answer.AnswerSettings;
import dev.freehold.documents.answer.Citation;
import dev.freehold.documents.answer.DocumentAnswer;
import dev.freehold.documents.answer.DocumentAnswers;
import dev.freehold.documents.index.FoundPassage;
import dev.freehold.documents.index.OpenIndex;
import dev.freehold.documents.index.RelevanceThreshold;
import dev.freehold.eval.Candidate;
import dev.freehold.eval.Meter;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold documents ask`: a model's answer from an index, with quotes that were checked.
@Command(
    name = "ask",
    description = {
      "Searches an index and has a model answer from what is found. Every quote of the answer is"
          + " looked up in its source; what does not stand there is struck out. The answer is \"not"
          + " found in the documents\" where no passage fits, where the model says so, and where no"
          + " quote holds.",
      "Exit code 3: not found in the documents."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold documents ask handbook \"How long is the notice period?\" --model MODEL",
      "  freehold documents ask handbook \"Who signs leave?\" --gateway g.yaml --model office"
    })
final class DocumentsAskCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final DocumentIndexes indexes;

  @Parameters(index = "0", paramLabel = "NAME", description = "The index.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "QUESTION",
      description = "What is asked.")
  private List<String> words = List.of();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "Who answers: a path, a name that list shows, a route of --gateway, or a server in"
              + " OpenAI's form that needs no key, as http://127.0.0.1:8080/v1#small; by default the model"
              + " that run uses.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--gateway",
      paramLabel = "FILE",
      description = "A gateway's file, as serve takes it: its routes can be named as the model.")
  private Optional<Path> gateway = Optional.empty();

  @Option(
      names = "--sources",
      paramLabel = "N",
      description = "Passages that the model is given; 6 by default, 50 at most.")
  private int sources = AnswerSettings.DEFAULT.mostSources();

  @Option(
      names = "--coverage",
      paramLabel = "SHARE",
      description =
          "Which share of the question's words, weighed by how rare they are, a passage must have;"
              + " 0.3 by default.")
  private double coverage = RelevanceThreshold.DEFAULT.coverage();

  @Option(
      names = "--similarity",
      paramLabel = "COSINE",
      description =
          "Or how near its vector must be to the question's; 0.6 by default. What is near differs"
              + " from model to model.")
  private double similarity = RelevanceThreshold.DEFAULT.similarity();

  @Option(names = "--words-only", description = "Leave the vectors of the index aside.")
  private boolean wordsOnly;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  DocumentsAskCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.indexes = new DocumentIndexes(surroundings);
  }

  @Override
  public Integer call() {
    AnswerSettings settings = settings();
    Cancellation stop = new Cancellation();
    Object before = Signals.register("INT", stop::cancel);
    DocumentAnswer answer;
    try (OpenIndex index = indexes.existing(name).open();
        SearchVectors vectors = SearchVectors.open(surroundings, index, wordsOnly);
        EvalBackends backends =
            new EvalBackends(surroundings, arithmetic, OptionalInt.empty(), gateway, false)) {
      Candidate.Source.Asked asked = asked(backends);
      DocumentAnswers answers =
          new DocumentAnswers(
              index, vectors.embedder(), asked.backend(), settings.withModel(asked.model()));
      answer = answers.answer(String.join(" ", words), stop);
    } catch (ChatException | DocumentsException failure) {
      if (stop.isCancelled()) {
        throw new CliException(Exit.INTERRUPTED, "stopped before there was an answer", "");
      }
      throw failure;
    } finally {
      Signals.unregister("INT", before);
    }
    if (json) {
      printJson(answer);
    } else {
      print(answer);
    }
    return (answer.isFound() ? Exit.OK : Exit.NOT_GOOD_ENOUGH).code();
  }

  private AnswerSettings settings() {
    try {
      AnswerSettings plain = AnswerSettings.DEFAULT;
      return new AnswerSettings(
          "",
          sources,
          new RelevanceThreshold(coverage, similarity),
          sampling.sampling().or(plain.sampling()),
          plain.maxTokens(),
          plain.caller());
    } catch (IllegalArgumentException wrong) {
      throw new CliException(
          Exit.USAGE,
          "--sources, --coverage or --similarity: " + wrong.getMessage(),
          "Try \"freehold documents ask --help\".");
    }
  }

  private Candidate.Source.Asked asked(EvalBackends backends) {
    String named =
        model.orElseGet(() -> Models.findOrDefault(surroundings, Optional.empty()).name());
    return switch (backends.open(named, Meter.NONE).source()) {
      case Candidate.Source.Asked asked -> asked;
      case Candidate.Source.Recorded _ -> throw new IllegalStateException("nothing is recorded");
    };
  }

  private void print(DocumentAnswer answer) {
    PrintStream out = surroundings.out();
    switch (answer.outcome()) {
      case DocumentAnswer.NotFound notFound -> {
        out.println("not found in the documents: " + notFound.why().shown());
        if (!answer.sources().isEmpty()) {
          out.println("The passages that were looked at:");
          for (int i = 0; i < answer.sources().size(); i++) {
            out.println(place(answer, i + 1));
          }
        }
      }
      case DocumentAnswer.Answered answered -> {
        out.println(TerminalStreams.safe(answered.text()));
        out.println();
        for (Citation citation : answered.citations()) {
          out.println(place(answer, citation.source()));
          out.println(PassageText.indented(citation.quote()));
        }
      }
    }
    for (String note : answer.notes()) {
      surroundings.err().println("note: " + Failure.printable(note));
    }
  }

  private static String place(DocumentAnswer answer, int number) {
    FoundPassage source = answer.sources().get(number - 1);
    return "[%d] %s".formatted(number, Failure.printable(source.where()));
  }

  private void printJson(DocumentAnswer answer) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("question", answer.question());
        printer.field("found", answer.isFound());
        switch (answer.outcome()) {
          case DocumentAnswer.NotFound notFound -> printer.field("why", notFound.why().shown());
          case DocumentAnswer.Answered answered -> {
            printer.field("answer", answered.text());
            printer.array(
                "citations",
                answered.citations(),
                citation ->
                    printer.object(() -> {
                      printer.field("source", citation.source());
                      printer.field("quote", citation.quote());
                      printer.field("start", citation.start());
                      printer.field("end", citation.end());
                    }));
          }
        }
        printer.array("sources", answer.sources(), one -> PassageText.print(printer, one));
        printer.array("notes", answer.notes(), printer::value);
      });
    }
  }
}
