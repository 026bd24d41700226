package dev.freehold.desk.ticket;

import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What somebody asks for. All of it comes from strangers: it is data, whatever it says.
///
/// @param id the same however often the ticket comes in: letters, digits, `.`, `_` and `-`
/// @param from who answers go to; may be empty
/// @param subject one line; may be empty
/// @param text what is asked
/// @param message the Message-ID of the mail that it came as; empty where it is none, or not one
///   that may stand in a letter as it is
public record Ticket(String id, String from, String subject, String text, String message) {
  /// Bytes that a ticket may have as it comes in.
  public static final int MAX_BYTES = 1 << 20;

  private static final int MAX_ID = 80;
  private static final Pattern MESSAGE_ID = Pattern.compile("<[!-;=?-~]{1,120}@[!-;=?-~]{1,120}>");
  private static final int MAX_LINE = 500;
  private static final int MAX_TEXT = 100_000;
  private static final StrictJson.Limits LIMITS = StrictJson.Limits.DEFAULT.withMaxBytes(MAX_BYTES);

  public Ticket {
    if (!id.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,%d}".formatted(MAX_ID - 1))) {
      throw new TicketException(
          "expected an id of at most %d letters, digits, '.', '_' and '-', found \"%s\""
              .formatted(MAX_ID, line(id)));
    }
    from = line(from);
    subject = line(subject);
    text = shortened(text.strip(), MAX_TEXT);
    message = isMessageId(message) ? message : "";
    if (text.isEmpty() && subject.isEmpty()) {
      throw new TicketException("ticket %s says nothing".formatted(id));
    }
  }

  /// A ticket that came as no mail.
  public Ticket(String id, String from, String subject, String text) {
    this(id, from, subject, text, "");
  }

  /// Whether a text is the id of a mail and nothing else: one line of plain signs.
  public static boolean isMessageId(String text) {
    return MESSAGE_ID.matcher(text).matches();
  }

  /// An id for a ticket whose sender names it in another way.
  public static String idOf(String name) {
    return Sha256.of(name).substring(0, 24);
  }

  /// One line without signs that no person wrote.
  private static String line(String text) {
    return shortened(text.replaceAll("\\p{Cntrl}+", " ").strip(), MAX_LINE);
  }

  private static String shortened(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end);
  }

  /// Reads a ticket as JSON: `text`, and perhaps `id`, `from`, `subject` and `message`; without an
  /// id, what it says is its id.
  ///
  /// @param where for errors
  /// @throws TicketException where it is none
  public static Ticket parse(byte[] json, String where) {
    JsonNode node;
    try {
      node = StrictJson.parse(json, where, LIMITS);
    } catch (TensorException wrong) {
      throw new TicketException(String.valueOf(wrong.getMessage()));
    }
    if (!node.isObject()) {
      throw new TicketException(where + ": expected an object with \"text\"");
    }
    for (String field : node.propertyNames()) {
      boolean isKnown =
          switch (field) {
            case "id", "from", "subject", "text", "message" -> true;
            default -> false;
          };
      if (!isKnown || !node.path(field).isString()) {
        throw new TicketException(
            ("%s: expected \"text\", and perhaps \"id\", \"from\", \"subject\" and \"message\","
                        + " each a string;")
                    .formatted(where)
                + " found \"%s\"".formatted(line(field)));
      }
    }
    String from = node.path("from").stringValue("");
    String subject = node.path("subject").stringValue("");
    String text = node.path("text").stringValue("");
    String id = node.path("id").stringValue("");
    return new Ticket(
        id.isEmpty() ? idOf(from + "\n" + subject + "\n" + text) : id,
        from,
        subject,
        text,
        node.path("message").stringValue(""));
  }

  /// As [#parse] reads it.
  public ObjectNode asJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("from", from)
        .put("subject", subject)
        .put("text", text)
        .put("message", message);
  }

  /// A name for a file, for people and for sorting.
  String fileName() {
    return id.toLowerCase(Locale.ROOT).equals(id) ? id : idOf(id);
  }
}
