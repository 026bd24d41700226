package dev.freehold.agent.workflow;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// Plays a model that answers by the prompt alone: to choices, with a letter and how likely the
/// option is that holds the word after `likely:`; else what a function says.
final class Script implements ChatBackend {
  private final Function<String, String> answers;
  final List<String> prompts = Collections.synchronizedList(new ArrayList<>());
  private int failures;

  Script(Function<String, String> answers) {
    this.answers = answers;
  }

  /// Fails so many times first.
  Script failing(int times) {
    failures = times;
    return this;
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    String prompt =
        Part.text(((Input.Conversation) request.input()).messages().getLast().content());
    prompts.add(prompt);
    synchronized (this) {
      if (failures > 0) {
        failures--;
        throw new ChatException(ChatException.Kind.UNAVAILABLE, "", "the model is asleep");
      }
    }
    if (request.output().format() instanceof OutputFormat.Choice choice) {
      letter(prompt, choice.texts().size(), events);
    } else {
      events.accept(new ChatEvent.TextDelta(answers.apply(prompt)));
    }
    Usage usage = new Usage(10, 0, 7, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
    events.accept(new ChatEvent.Finished(FinishReason.END, usage));
  }

  private static void letter(String prompt, int options, Consumer<ChatEvent> events) {
    int wanted = 0;
    double share = prompt.contains("surely") ? 0.97 : 0.5;
    for (int i = 0; i < options; i++) {
      char label = (char) ('A' + i);
      String line = prompt.substring(prompt.indexOf("\n" + label + ") ") + 4);
      String name = line.substring(0, line.indexOf('\n')).split(" - ")[0];
      if (prompt.contains("surely " + name) || prompt.contains("perhaps " + name)) {
        wanted = i;
      }
    }
    List<TokenLogprob.Candidate> best = new ArrayList<>();
    for (int i = 0; i < options; i++) {
      double probability = i == wanted ? share : (1 - share) / (options - 1);
      best.add(candidate(i, probability));
    }
    String letter = String.valueOf((char) ('A' + wanted));
    events.accept(new ChatEvent.TextDelta(letter));
    events.accept(new ChatEvent.AnswerLogprob(new TokenLogprob(best.get(wanted), best)));
  }

  private static TokenLogprob.Candidate candidate(int index, double probability) {
    return new TokenLogprob.Candidate(
        -1, String.valueOf((char) ('A' + index)), List.of(), Math.log(probability));
  }
}
