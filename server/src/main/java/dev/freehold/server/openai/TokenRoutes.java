package dev.freehold.server.openai;

import static dev.freehold.server.openai.Shapes.JSON;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.TokenBackend;
import dev.freehold.server.Access;
import dev.freehold.server.Backends;
import dev.freehold.server.Exchange;
import dev.freehold.server.Fields;
import dev.freehold.server.Route;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/tokenize` and `/detokenize` in llama.cpp's shape, with `content`, and in vLLM's, with
/// `prompt`.
final class TokenRoutes {
  private static final int MAX_TOKENS = 4 << 20;

  private final TokenBackend tokens;
  private final Backends backends;

  TokenRoutes(Backends backends) {
    this.tokens = backends.tokens();
    this.backends = backends;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/tokenize", Access.USE, this::tokenize),
        Route.post("/detokenize", Access.USE, this::detokenize));
  }

  private void tokenize(Exchange exchange) {
    Fields body = exchange.body();
    if (body.has("messages")) {
      throw new ChatException(
          Kind.NOT_SUPPORTED,
          "messages",
          "tokens of conversations are not told; /v1/chat/completions/input_tokens counts them");
    }
    boolean isLlama = body.has("content");
    String model = body.string("model", "");
    String text = body.requiredString(isLlama ? "content" : "prompt");
    boolean withMarks =
        isLlama ? body.bool("add_special", false) : body.bool("add_special_tokens", true);
    List<Integer> ids = tokens.tokenize(model, text);
    exchange.reply(told(body, model, isLlama, withMarks ? ids : withoutMarks(model, ids)));
  }

  private ObjectNode told(Fields body, String model, boolean isLlama, List<Integer> ids) {
    ObjectNode reply = JSON.objectNode();
    if (!isLlama) {
      reply.put("count", ids.size());
      backends
          .models()
          .show(backends.modelName(model))
          .loaded()
          .ifPresent(loaded -> reply.put("max_model_len", loaded.contextLength()));
    }
    ArrayNode told = reply.putArray("tokens");
    if (isLlama && body.bool("with_pieces", false)) {
      for (int id : ids) {
        told.addObject().put("id", id).put("piece", tokens.detokenize(model, List.of(id)));
      }
      return reply;
    }
    ids.forEach(told::add);
    if (!isLlama && body.bool("return_token_strs", false)) {
      ArrayNode texts = reply.putArray("token_strs");
      ids.forEach(id -> texts.add(tokens.detokenize(model, List.of(id))));
    }
    return reply;
  }

  /// Without the begin and end marks that every text of this model gets: those of the empty text.
  private List<Integer> withoutMarks(String model, List<Integer> ids) {
    List<Integer> marks = tokens.tokenize(model, "");
    if (marks.isEmpty() || ids.size() < marks.size()) {
      return ids;
    }
    int begin = ids.getFirst().equals(marks.getFirst()) ? 1 : 0;
    int end = marks.size() > begin && ids.getLast().equals(marks.getLast()) ? 1 : 0;
    return ids.subList(begin, ids.size() - end);
  }

  private void detokenize(Exchange exchange) {
    Fields body = exchange.body();
    List<Integer> ids =
        body.required("tokens").isEmpty()
            ? List.of()
            : CompletionFields.Inputs.tokens(body.array("tokens", MAX_TOKENS), "tokens").ids();
    String text = tokens.detokenize(body.string("model", ""), ids);
    exchange.reply(JSON.objectNode().put("content", text).put("prompt", text));
  }
}
