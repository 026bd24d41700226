package dev.freehold.desk.ticket;

import jakarta.mail.Address;
import jakarta.mail.BodyPart;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/// Messages of mail as tickets: the first part of plain text, else that of HTML without its marks.
/// Attachments are named and not read.
final class Mail {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_PARTS = 100;

  private Mail() {}

  /// @throws TicketException where it is no message, or has no text
  static Ticket read(byte[] bytes, String where) {
    try {
      Session session = Session.getInstance(new Properties());
      return read(new MimeMessage(session, new ByteArrayInputStream(bytes)), where);
    } catch (MessagingException wrong) {
      throw new TicketException("%s: is no mail: %s".formatted(where, wrong.getMessage()), wrong);
    }
  }

  static Ticket read(Message message, String where) {
    try {
      Contents contents = new Contents();
      contents.add(message, 0);
      String id = header(message, "Message-ID").orElse("");
      String from = from(message);
      String subject = Optional.ofNullable(message.getSubject()).orElse("");
      String text = contents.text();
      return new Ticket(
          Ticket.idOf(id.isBlank() ? from + "\n" + subject + "\n" + text : id.strip()),
          from,
          subject,
          text,
          id.strip());
    } catch (MessagingException | IOException | RuntimeException wrong) {
      if (wrong instanceof TicketException refused) {
        throw refused;
      }
      throw new TicketException("%s: is no mail: %s".formatted(where, wrong.getMessage()), wrong);
    }
  }

  /// Where an answer goes: to whom the sender asks for, else to the sender.
  private static String from(Message message) throws MessagingException {
    Address[] all = message.getReplyTo();
    return all != null && all.length > 0 && all[0] instanceof InternetAddress address
        ? Optional.ofNullable(address.getAddress()).orElse("")
        : "";
  }

  private static Optional<String> header(Part part, String name) throws MessagingException {
    String[] values = part.getHeader(name);
    return values == null ? Optional.empty() : Optional.of(values[0]);
  }

  /// What is read of a message.
  private static final class Contents {
    private final List<String> attached = new ArrayList<>();
    private String plain = "";
    private String html = "";
    private int parts;

    void add(Part part, int depth) throws MessagingException, IOException {
      if (++parts > MAX_PARTS || depth > MAX_DEPTH) {
        return;
      }
      String file = Optional.ofNullable(part.getFileName()).orElse("");
      if (!file.isEmpty() || Part.ATTACHMENT.equalsIgnoreCase(part.getDisposition())) {
        attached.add(file.isEmpty() ? "a file without a name" : file);
      } else if (part.isMimeType("multipart/*")) {
        Multipart several = (Multipart) part.getContent();
        for (int i = 0; i < several.getCount(); i++) {
          BodyPart one = several.getBodyPart(i);
          add(one, depth + 1);
        }
      } else if (part.isMimeType("text/plain") && plain.isEmpty()) {
        plain = decoded(part);
      } else if (part.isMimeType("text/html") && html.isEmpty()) {
        html = decoded(part);
      }
    }

    private static String decoded(Part part) throws MessagingException, IOException {
      try (InputStream in = part.getInputStream()) {
        return new String(in.readNBytes(Ticket.MAX_BYTES), charset(part.getContentType()));
      }
    }

    private static Charset charset(String type) {
      try {
        String name = new jakarta.mail.internet.ContentType(type).getParameter("charset");
        return name == null
            ? StandardCharsets.UTF_8
            : Charset.forName(jakarta.mail.internet.MimeUtility.javaCharset(name));
      } catch (jakarta.mail.internet.ParseException
          | IllegalCharsetNameException
          | UnsupportedCharsetException unknown) {
        return StandardCharsets.ISO_8859_1;
      }
    }

    String text() {
      String text = plain.isBlank() ? HtmlText.of(html) : plain;
      StringBuilder all = new StringBuilder(text.strip());
      for (String name : attached) {
        all.append("\n[attached and not read: ").append(name).append(']');
      }
      return all.toString();
    }
  }
}
