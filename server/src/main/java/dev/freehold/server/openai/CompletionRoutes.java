package dev.freehold.server.openai;

import static dev.freehold.server.openai.Shapes.JSON;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import dev.freehold.server.Access;
import dev.freehold.server.Answers;
import dev.freehold.server.Backends;
import dev.freehold.server.CollectedAnswer;
import dev.freehold.server.Exchange;
import dev.freehold.server.ReplyStream;
import dev.freehold.server.Route;
import dev.freehold.server.wire.Receipts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/completions`: plain text or token ids continued, without a chat template.
final class CompletionRoutes {
  private final Backends backends;

  CompletionRoutes(Backends backends) {
    this.backends = backends;
  }

  List<Route> routes() {
    return List.of(Route.post("/v1/completions", Access.USE, this::complete));
  }

  private void complete(Exchange exchange) {
    CompletionFields asked = CompletionFields.of(exchange);
    ChatRequest first = asked.requests().getFirst();
    ObjectNode head = JSON.objectNode();
    head.put("id", Shapes.id("cmpl"));
    head.put("object", "text_completion");
    head.put("created", exchange.started().getEpochSecond());
    head.put("model", backends.modelName(first.model()));
    List<EchoedPrompt> prompts = prompts(asked);
    if (asked.isStream()) {
      CompletionStream stream =
          new CompletionStream(exchange.stream(ReplyStream.Framing.EVENTS), head, asked, prompts);
      Answers.ask(backends.chat(), asked.requests(), exchange, stream::event);
      stream.end();
      return;
    }
    List<CollectedAnswer> answers =
        Stream.generate(CollectedAnswer::new).limit(asked.requests().size()).toList();
    Answers.ask(
        backends.chat(),
        asked.requests(),
        exchange,
        (answer, event) -> answers.get(answer).add(event));
    exchange.reply(completion(head, asked, prompts, answers));
  }

  private List<EchoedPrompt> prompts(CompletionFields asked) {
    List<EchoedPrompt> prompts = new ArrayList<>();
    for (int i = 0; i < asked.prompts(); i++) {
      ChatRequest request = asked.requests().get(i * asked.candidates());
      prompts.add(asked.echo() ? EchoedPrompt.of(request, backends.tokens()) : EchoedPrompt.NONE);
    }
    return prompts;
  }

  private static ObjectNode completion(
      ObjectNode body,
      CompletionFields asked,
      List<EchoedPrompt> prompts,
      List<CollectedAnswer> answers) {
    ArrayNode choices = body.putArray("choices");
    List<Usage> ofPrompts = new ArrayList<>();
    List<Usage> ofAnswers = new ArrayList<>();
    for (int i = 0; i < asked.prompts(); i++) {
      List<CollectedAnswer> candidates =
          answers.subList(i * asked.candidates(), (i + 1) * asked.candidates());
      ofPrompts.add(candidates.getFirst().usage());
      candidates.forEach(candidate -> ofAnswers.add(told(candidate.usage(), asked)));
      EchoedPrompt prompt = prompts.get(i);
      for (CollectedAnswer answer : best(candidates, asked.choices())) {
        ObjectNode choice = choice(choices.size(), asked, prompt, answer);
        choices.add(choice);
        Receipts.put(answers.size() == 1 ? body : choice, answer.receipt());
      }
    }
    answers.getFirst().served().ifPresent(served -> Shapes.putServed(body, served));
    body.set("usage", Shapes.usage(ofPrompts, ofAnswers));
    body.set("timings", Shapes.timings(ofAnswers.getFirst()));
    return body;
  }

  /// The usage that is told: without the token that was made and not wanted.
  static Usage told(Usage usage, CompletionFields asked) {
    return asked.isEmpty()
        ? new Usage(
            usage.promptTokens(),
            usage.reusedTokens(),
            0,
            0,
            usage.queued(),
            usage.prefill(),
            Duration.ZERO,
            usage.seed())
        : usage;
  }

  private static ObjectNode choice(
      int index, CompletionFields asked, EchoedPrompt prompt, CollectedAnswer answer) {
    ObjectNode choice = JSON.objectNode().put("index", index);
    choice.put("text", prompt.text() + (asked.isEmpty() ? "" : answer.text()));
    if (asked.tellsLogprobs()) {
      List<TokenLogprob> ofAnswer = asked.isEmpty() ? List.of() : answer.logprobs();
      CompletionLogprobs logprobs;
      if (asked.echo()) {
        logprobs = prompt.logprobs(answer.promptLogprobs(), ofAnswer);
      } else {
        logprobs = new CompletionLogprobs(0);
        ofAnswer.forEach(logprobs::add);
      }
      choice.set("logprobs", logprobs.told());
    } else {
      choice.putNull("logprobs");
    }
    choice.put("finish_reason", asked.isEmpty() ? "length" : Shapes.finishReason(answer.reason()));
    return choice;
  }

  /// The likeliest answers by the mean logarithm of their tokens' probabilities; all in their order
  /// where all are wanted.
  private static List<CollectedAnswer> best(List<CollectedAnswer> candidates, int choices) {
    if (choices == candidates.size()) {
      return candidates;
    }
    return candidates.stream()
        .sorted(Comparator.comparingDouble(CompletionRoutes::meanLogprob).reversed())
        .limit(choices)
        .toList();
  }

  private static double meanLogprob(CollectedAnswer answer) {
    return answer.logprobs().stream()
        .mapToDouble(token -> token.chosen().logprob())
        .average()
        .orElse(Double.NEGATIVE_INFINITY);
  }
}
