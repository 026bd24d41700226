package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalInt;

/// The interactive chat: reads what a person types, answers it, and obeys lines that begin with
/// `/`.
final class ChatConsole {
  static final String HELP =
      """
      Type a message and press Enter. Ctrl-C stops an answer, Ctrl-D leaves.
      A line that ends with \\ goes on; so does all between \""" and \""".
        /clear              forget the conversation
        /system [TEXT]      show or set the instructions; they hold from the next message on
        /set [NAME VALUE]   show or set how tokens are chosen: temperature, top_k, ..., seed,
                            max_tokens
        /save FILE          write the conversation as JSON, as "freehold template" reads it
        /help               show this
        /bye                leave
        //...               a message that begins with /\
      """;

  private static final String PROMPT = ">>> ";
  private static final String MORE = "... ";
  private static final String FENCE = "\"\"\"";

  /// Where lines come from.
  interface Lines {
    /// The next line; empty where there is none left. An interrupted line is blank.
    Optional<String> next(String prompt);
  }

  /// Runs work that Ctrl-C is to stop by a cancellation.
  interface Interrupts {
    void during(Cancellation cancellation, Runnable work);
  }

  private final ChatBackend backend;
  private final Dialogue dialogue;
  private final AnswerPrinter printer;
  private final PrintStream err;

  ChatConsole(ChatBackend backend, Dialogue dialogue, AnswerPrinter printer, PrintStream err) {
    this.backend = backend;
    this.dialogue = dialogue;
    this.printer = printer;
    this.err = err;
  }

  /// Reads and answers until there are no more lines, or `/bye`.
  void run(Lines lines, Interrupts interrupts) {
    while (true) {
      Optional<String> text = read(lines);
      if (text.isEmpty() || isFarewell(text.get())) {
        return;
      }
      if (text.get().startsWith("/") && !text.get().startsWith("//")) {
        obey(text.get());
      } else if (!text.get().isBlank()) {
        String message = text.get().startsWith("//") ? text.get().substring(1) : text.get();
        answer(message, interrupts);
      }
    }
  }

  private static boolean isFarewell(String text) {
    return switch (text.strip()) {
      case "/bye", "/exit", "/quit" -> true;
      default -> false;
    };
  }

  /// One message, of one line or several.
  private static Optional<String> read(Lines lines) {
    Optional<String> first = lines.next(PROMPT);
    if (first.isEmpty()) {
      return first;
    }
    String line = first.get();
    if (line.stripLeading().startsWith(FENCE)) {
      return Optional.of(fenced(line.stripLeading().substring(FENCE.length()), lines));
    }
    StringBuilder text = new StringBuilder();
    while (line.endsWith("\\")) {
      text.append(line, 0, line.length() - 1).append('\n');
      line = lines.next(MORE).orElse("");
    }
    return Optional.of(text.append(line).toString());
  }

  private static String fenced(String begin, Lines lines) {
    StringBuilder text = new StringBuilder(begin);
    while (text.indexOf(FENCE) < 0) {
      Optional<String> line = lines.next(MORE);
      if (line.isEmpty()) {
        return text.toString();
      }
      text.append(text.isEmpty() ? "" : "\n").append(line.get());
    }
    return text.substring(0, text.indexOf(FENCE)).stripTrailing();
  }

  private void answer(String message, Interrupts interrupts) {
    Cancellation cancellation = new Cancellation();
    interrupts.during(
        cancellation,
        () -> {
          try {
            String text = printer.print(backend, dialogue.request(message), cancellation);
            dialogue.add(message, text);
          } catch (ChatException refused) {
            complain(refused);
            if (refused.kind() == ChatException.Kind.CONTEXT_EXCEEDED) {
              err.println("/clear forgets the conversation.");
            }
          } catch (CliException brokenOff) {
            if (brokenOff.exit().equals(Exit.OUTPUT_CLOSED)) {
              throw brokenOff;
            }
            complain(brokenOff);
          }
        });
  }

  private void complain(RuntimeException failure) {
    err.println("error: " + Failure.printable(String.valueOf(failure.getMessage())));
  }

  private void obey(String line) {
    String[] words = line.strip().split("\\s+", 2);
    String rest = words.length > 1 ? words[1] : "";
    try {
      switch (words[0]) {
        case "/help", "/?" -> err.println(HELP);
        case "/clear" -> {
          dialogue.clear();
          err.println("The conversation is forgotten.");
        }
        case "/system" -> system(rest);
        case "/set" -> set(rest);
        case "/save" -> save(rest);
        default -> err.println("There is no " + Failure.printable(words[0]) + "; /help shows all.");
      }
    } catch (ChatException | CliException refused) {
      complain(refused);
    }
  }

  private void system(String text) {
    if (!text.isEmpty()) {
      dialogue.setSystem(text);
    }
    String system = dialogue.system();
    err.println(system.isEmpty() ? "There are no instructions." : "Instructions: " + system);
  }

  private void set(String assignment) {
    if (!assignment.isEmpty()) {
      String[] words = assignment.split("[\\s=]+", 2);
      if (words.length < 2) {
        throw new CliException("/set: expected a name and a value, as in /set temperature 0.7");
      }
      set(words[0].replace('-', '_'), words[1].strip());
    }
    Sampling sampling = dialogue.sampling();
    StringBuilder shown = new StringBuilder();
    for (SamplingParameter parameter : SamplingParameter.values()) {
      if (sampling.values().containsKey(parameter)) {
        String value = SamplingParameter.shown(sampling.value(parameter, 0));
        shown.append(parameter.key()).append(' ').append(value).append(", ");
      }
    }
    shown.append("seed ").append(sampling.seed().orElse(0L));
    dialogue.ending().maxTokens().ifPresent(most -> shown.append(", max_tokens ").append(most));
    err.println(shown);
  }

  private void set(String name, String value) {
    switch (name) {
      case "seed" ->
          dialogue.setSampling(dialogue.sampling().withSeed(SamplingOptions.seed(value)));
      case "max_tokens" ->
          dialogue.setEnding(
              new Ending(dialogue.ending().stop(), OptionalInt.of((int) number(name, value))));
      default -> {
        SamplingParameter parameter =
            SamplingParameter.named(name)
                .orElseThrow(() -> new CliException("/set: there is no \"" + name + "\""));
        dialogue.setSampling(dialogue.sampling().with(parameter, number(name, value)));
      }
    }
  }

  private static double number(String name, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException failure) {
      throw new CliException("%s: expected a number, found \"%s\"".formatted(name, value), failure);
    }
  }

  private void save(String file) {
    if (file.isEmpty()) {
      throw new CliException("/save: expected the name of a new file");
    }
    try (OutputStream stream =
            new BufferedOutputStream(
                Files.newOutputStream(Path.of(file), StandardOpenOption.CREATE_NEW));
        JsonPrinter json = new JsonPrinter(stream)) {
      json.object(
          () -> json.array("messages", dialogue.messages(), message -> write(json, message)));
    } catch (IOException | InvalidPathException failure) {
      throw new CliException("/save: cannot write a new file: " + failure, failure);
    }
    err.println("Saved to " + file + ".");
  }

  private static void write(JsonPrinter json, Message message) {
    json.object(() -> {
      json.field("role", message.role());
      json.field("content", Part.text(message.content()));
    });
  }
}
