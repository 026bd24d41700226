package dev.freehold.server.responses;

import dev.freehold.chat.ChatException;
import dev.freehold.server.Access;
import dev.freehold.server.Backends;
import dev.freehold.server.Dialect;
import dev.freehold.server.Exchange;
import dev.freehold.server.Problem;
import dev.freehold.server.ReplyStream;
import dev.freehold.server.Route;
import dev.freehold.server.ServerException;
import dev.freehold.server.openai.OpenAiErrors;
import dev.freehold.server.wire.AnswerParts;
import dev.freehold.server.wire.Asking;
import dev.freehold.server.wire.Ids;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's Responses API without memory on the server.
public final class ResponsesDialect implements Dialect {
  private final Backends backends;
  private final Ids ids;

  public ResponsesDialect(Backends backends, Ids ids) {
    this.backends = backends;
    this.ids = ids;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post("/v1/responses", Access.USE, this::answer),
        Route.post("/v1/responses/input_tokens", Access.USE, this::count));
  }

  @Override
  public JsonNode error(Problem problem, String requestId) {
    return OpenAiErrors.body(problem);
  }

  /// A stream that broke off before its first event; after that it ends with `response.failed`.
  @Override
  public String brokenOff(Problem problem, String requestId) {
    ObjectNode event =
        JsonNodeFactory.instance.objectNode().put("type", "error").put("sequence_number", 0);
    event.setAll((ObjectNode) OpenAiErrors.body(problem).get("error"));
    event.put("type", "error");
    return "event: error\ndata: " + event + "\n\n";
  }

  private void count(Exchange exchange) {
    ResponsesRequest request = ResponsesRequest.read(exchange.body(), exchange.caller());
    exchange.reply(
        JsonNodeFactory.instance
            .objectNode()
            .put("object", "response.input_tokens")
            .put("input_tokens", backends.tokens().countTokens(request.chat())));
  }

  private void answer(Exchange exchange) {
    ResponsesRequest request = ResponsesRequest.read(exchange.body(), exchange.caller());
    ResponseJson json = new ResponseJson(ids.next("resp_"), exchange.started(), request);
    if (request.stream()) {
      ReplyStream stream = exchange.stream(ReplyStream.Framing.EVENTS);
      ResponseEvents events =
          new ResponseEvents(json, request, ids, exchange.clock(), stream::send);
      try {
        Asking.answer(exchange, backends.chat(), request.chat(), new AnswerParts(events));
      } catch (ChatException failure) {
        if (!events.hasBegun()) {
          throw failure;
        }
        events.failed(Problem.of(failure));
      } catch (ServerException failure) {
        if (!events.hasBegun()) {
          throw failure;
        }
        events.failed(failure.problem());
      }
    } else {
      ResponseEvents events =
          new ResponseEvents(json, request, ids, exchange.clock(), (name, event) -> {});
      Asking.answer(exchange, backends.chat(), request.chat(), new AnswerParts(events));
      exchange.reply(events.response());
    }
  }
}
