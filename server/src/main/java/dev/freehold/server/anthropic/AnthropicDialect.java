package dev.freehold.server.anthropic;

import dev.freehold.chat.ChatEvent;
import dev.freehold.server.Access;
import dev.freehold.server.Backends;
import dev.freehold.server.Dialect;
import dev.freehold.server.Exchange;
import dev.freehold.server.Problem;
import dev.freehold.server.ReplyStream;
import dev.freehold.server.Route;
import dev.freehold.server.wire.AnswerParts;
import dev.freehold.server.wire.Asking;
import dev.freehold.server.wire.Ids;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Anthropic's Messages API.
public final class AnthropicDialect implements Dialect {
  private static final String PING = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

  private final Backends backends;
  private final Ids ids;

  public AnthropicDialect(Backends backends, Ids ids) {
    this.backends = backends;
    this.ids = ids;
  }

  @Override
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(Route.post("/v1/messages", Access.USE, this::answer));
    routes.add(Route.post("/v1/messages/count_tokens", Access.USE, this::count));
    routes.addAll(new ModelRoutes(backends.models()).routes());
    return routes;
  }

  @Override
  public JsonNode error(Problem problem, String requestId) {
    return AnthropicErrors.body(problem, requestId);
  }

  @Override
  public String brokenOff(Problem problem, String requestId) {
    return "event: error\ndata: " + AnthropicErrors.body(problem, requestId) + "\n\n";
  }

  private void count(Exchange exchange) {
    exchange.replyHeader("request-id", exchange.id());
    MessagesRequest request = MessagesRequest.readForCounting(exchange.body(), exchange.caller());
    int tokens = backends.tokens().countTokens(request.chat());
    exchange.reply(JsonNodeFactory.instance.objectNode().put("input_tokens", tokens));
  }

  private void answer(Exchange exchange) {
    exchange.replyHeader("request-id", exchange.id());
    MessagesRequest request = MessagesRequest.read(exchange.body(), exchange.caller());
    MessageJson json =
        new MessageJson(
            ids.next("msg_"),
            request.chat().model(),
            request.chat().ending().stop(),
            request.showsThinking());
    if (request.stream()) {
      ReplyStream stream = exchange.stream(ReplyStream.Framing.EVENTS);
      stream.signOfLife(PING);
      AnswerParts parts = new AnswerParts(new MessageEvents(json, ids, stream::send));
      Asking.answer(exchange, backends.chat(), request.chat(), parts);
    } else {
      AnswerParts parts = new AnswerParts();
      ChatEvent.Finished finished = Asking.answer(exchange, backends.chat(), request.chat(), parts);
      String model = parts.served().map(ChatEvent.Served::model).orElse(json.model());
      exchange.reply(json.withModel(model).whole(parts.parts(), finished, ids));
    }
  }
}
