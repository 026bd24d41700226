package dev.freehold.server.openai;

import static dev.freehold.server.openai.Shapes.JSON;

import dev.freehold.chat.Usage;
import dev.freehold.server.Access;
import dev.freehold.server.Answers;
import dev.freehold.server.Backends;
import dev.freehold.server.CollectedAnswer;
import dev.freehold.server.Exchange;
import dev.freehold.server.Route;
import dev.freehold.server.wire.Receipts;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/chat/completions`.
final class ChatRoutes {
  private final Backends backends;

  ChatRoutes(Backends backends) {
    this.backends = backends;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/chat/completions", Access.USE, this::complete),
        Route.post("/v1/chat/completions/input_tokens", Access.USE, this::count));
  }

  private void count(Exchange exchange) {
    ChatFields asked = ChatFields.of(exchange);
    int tokens = backends.tokens().countTokens(asked.requests().getFirst());
    ObjectNode body = JSON.objectNode().put("object", "response.input_tokens");
    exchange.reply(body.put("input_tokens", tokens));
  }

  private void complete(Exchange exchange) {
    ChatFields asked = ChatFields.of(exchange);
    ObjectNode head = JSON.objectNode();
    head.put("id", Shapes.id("chatcmpl"));
    head.put("object", asked.isStream() ? "chat.completion.chunk" : "chat.completion");
    head.put("created", exchange.started().getEpochSecond());
    head.put("model", backends.modelName(asked.requests().getFirst().model()));
    if (asked.isStream()) {
      ChatStream stream = new ChatStream(exchange, head, asked);
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
        (choice, event) -> answers.get(choice).add(event));
    exchange.reply(completion(head, answers, asked));
  }

  private static ObjectNode completion(
      ObjectNode body, List<CollectedAnswer> answers, ChatFields asked) {
    boolean tellsLogprobs = asked.requests().getFirst().output().logprobs().ofAnswer();
    ArrayNode choices = body.putArray("choices");
    for (CollectedAnswer answer : answers) {
      ObjectNode choice = choices.addObject().put("index", choices.size() - 1);
      choice.set("message", message(answer));
      if (tellsLogprobs) {
        choice.set("logprobs", Shapes.chatLogprobs(answer.logprobs()));
      } else {
        choice.putNull("logprobs");
      }
      choice.put("finish_reason", Shapes.finishReason(answer.reason()));
      Receipts.put(answers.size() == 1 ? body : choice, answer.receipt());
    }
    List<Usage> usages = answers.stream().map(CollectedAnswer::usage).toList();
    answers.getFirst().served().ifPresent(served -> Shapes.putServed(body, served));
    body.set("usage", Shapes.usage(usages.subList(0, 1), usages));
    body.set("timings", Shapes.timings(usages.getFirst()));
    return body;
  }

  private static ObjectNode message(CollectedAnswer answer) {
    ObjectNode message = JSON.objectNode().put("role", "assistant");
    List<CollectedAnswer.Call> calls = answer.calls();
    if (calls.isEmpty() || !answer.text().isEmpty()) {
      message.put("content", answer.text());
    } else {
      message.putNull("content");
    }
    message.putNull("refusal");
    if (!answer.reasoning().isEmpty()) {
      message.put("reasoning_content", answer.reasoning());
    }
    if (!calls.isEmpty()) {
      ArrayNode told = message.putArray("tool_calls");
      for (CollectedAnswer.Call call : calls) {
        ObjectNode one = told.addObject().put("id", call.id()).put("type", "function");
        one.putObject("function").put("name", call.name()).put("arguments", call.arguments());
      }
    }
    return message;
  }
}
