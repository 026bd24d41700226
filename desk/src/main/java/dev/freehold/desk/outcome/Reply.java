package dev.freehold.desk.outcome;

import dev.freehold.desk.ticket.Ticket;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An answer that a person let go out.
///
/// @param ticket its id
/// @param to who gets it; may be empty
/// @param subject of the ticket
/// @param text what is said
/// @param message the Message-ID of the mail that is answered; empty where it was none
public record Reply(String ticket, String to, String subject, String text, String message) {
  public Reply {
    message = Ticket.isMessageId(message) ? message : "";
  }

  /// An answer to what was no mail.
  public Reply(String ticket, String to, String subject, String text) {
    this(ticket, to, subject, text, "");
  }

  public ObjectNode asJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("ticket", ticket)
        .put("to", to)
        .put("subject", subject)
        .put("text", text);
  }
}
