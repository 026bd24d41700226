package dev.freehold.server.wire;

import dev.freehold.chat.Output;
import dev.freehold.server.Fields;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The receipt of an answer, in every dialect: `"freehold": {"receipt": true}` in the body asks for
/// one, and the member `freehold.receipt` of what ends the answer holds it.
public final class Receipts {
  private static final String MEMBER = "freehold";
  private static final String RECEIPT = "receipt";

  private Receipts() {}

  /// What is told of an answer, with a receipt where the body asks for one.
  public static Output asked(Fields body, Output output) {
    Optional<Fields> asked = body.object(MEMBER);
    return output.withReceipt(asked.isPresent() && asked.get().bool(RECEIPT, false));
  }

  /// Puts a receipt, where there is one, where clients find it.
  public static void put(ObjectNode holder, Optional<JsonNode> receipt) {
    receipt.ifPresent(told -> holder.putObject(MEMBER).set(RECEIPT, told));
  }
}
