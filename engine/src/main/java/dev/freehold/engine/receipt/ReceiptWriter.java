package dev.freehold.engine.receipt;

import dev.freehold.tensor.Sha256;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes receipts as JSON: members in one order, so that equal receipts are equal texts.
///
/// Whole numbers of 64 bits and JSON that a client sent (schemas, arguments, template variables)
/// are strings: programs that read the receipt and write it again may round the former and reorder
/// the latter.
public final class ReceiptWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ReceiptWriter() {}

  /// The whole receipt, with its digest and, where there is one, its signature.
  public static ObjectNode write(Receipt receipt) {
    ObjectNode node = unsigned(receipt);
    node.put("sha256", Sha256.of(node.toString()));
    receipt
        .signature()
        .ifPresent(signature ->
            node.putObject("signature")
                .put("algorithm", signature.algorithm())
                .put("value", signature.base64()));
    return node;
  }

  static ObjectNode unsigned(Receipt receipt) {
    ObjectNode node = JSON.objectNode();
    node.put("format", Receipt.FORMAT).put("version", Receipt.VERSION);
    node.put("engine", receipt.engineVersion());
    node.set("arithmetic", arithmetic(receipt.arithmetic()));
    node.set("model", model(receipt.model()));
    ObjectNode request = node.putObject("request");
    request.put("time", receipt.question().time().toString());
    request.put("context", receipt.question().context());
    RequestWriter.write(request, receipt.question().request());
    request.set("prompt", ids(receipt.question().prompt()));
    node.set("answer", answer(receipt.answer()));
    return node;
  }

  static ObjectNode arithmetic(Receipt.Arithmetic arithmetic) {
    return JSON.objectNode()
        .put("name", arithmetic.name())
        .put("activations", arithmetic.activations())
        .put("kv", arithmetic.kv());
  }

  private static ObjectNode model(Receipt.ModelClaim model) {
    ObjectNode node = JSON.objectNode().put("name", model.name());
    ArrayNode files = node.putArray("files");
    for (ModelFile file : model.files()) {
      files
          .addObject()
          .put("name", file.name())
          .put("bytes", file.bytes())
          .put("sha256", file.sha256());
    }
    model.templateSha256().ifPresent(sha256 -> node.put("template_sha256", sha256));
    return node;
  }

  static ObjectNode answer(Receipt.Answer answer) {
    ObjectNode node = JSON.objectNode();
    node.set("tokens", ids(answer.tokens()));
    node.put("finish", answer.finish().name().toLowerCase(Locale.ROOT));
    node.put("stop", answer.stop());
    node.put("text_sha256", answer.textSha256());
    node.put("reasoning_sha256", answer.reasoningSha256());
    node.put("reasoning_tokens", answer.reasoningTokens());
    ArrayNode calls = node.putArray("calls");
    for (Receipt.Call call : answer.calls()) {
      calls
          .addObject()
          .put("id", call.id())
          .put("name", call.name())
          .put("arguments_sha256", call.argumentsSha256());
    }
    return node;
  }

  private static ArrayNode ids(List<Integer> ids) {
    ArrayNode node = JSON.arrayNode(ids.size());
    ids.forEach(node::add);
    return node;
  }
}
