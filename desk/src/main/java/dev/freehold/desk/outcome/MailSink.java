package dev.freehold.desk.outcome;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;

/// Answers as mail. The key is the message's id, so that who receives the same twice can tell; mail
/// servers do not promise to, so that nobody knows whether an answer went out where one breaks off.
public final class MailSink implements ReplySink {
  private static final String TIMEOUT_MILLIS = "20000";

  private final Account account;

  /// Whom mail is given to, and in whose name.
  ///
  /// @param isEncrypted by TLS from the first byte on, and the server's name is checked
  /// @param user empty where the server asks for nobody
  /// @param sender as it stands in the letter
  public record Account(
      String host,
      int port,
      boolean isEncrypted,
      String user,
      Supplier<String> password,
      String sender) {}

  public MailSink(Account account) {
    this.account = account;
  }

  @Override
  public void send(Reply reply, String key) {
    String protocol = account.isEncrypted() ? "smtps" : "smtp";
    Properties settings = new Properties();
    for (String limit : List.of("connectiontimeout", "timeout", "writetimeout")) {
      settings.put("mail.%s.%s".formatted(protocol, limit), TIMEOUT_MILLIS);
    }
    settings.put("mail.smtps.ssl.checkserveridentity", "true");
    Session session = Session.getInstance(settings);
    boolean isBegun = false;
    try (Transport transport = session.getTransport(protocol)) {
      Message message = message(session, reply, key);
      if (account.user().isEmpty()) {
        transport.connect(account.host(), account.port(), null, null);
      } else {
        transport.connect(account.host(), account.port(), account.user(), account.password().get());
      }
      isBegun = true;
      transport.sendMessage(message, message.getAllRecipients());
    } catch (MessagingException failure) {
      throw new ReplyException(
          "mail to %s by %s:%d: %s"
              .formatted(reply.to(), account.host(), account.port(), failure.getMessage()),
          !isBegun);
    }
  }

  private Message message(Session session, Reply reply, String key) throws MessagingException {
    MimeMessage message = new Keyed(session, "<%s@freehold.invalid>".formatted(key));
    message.setFrom(new InternetAddress(account.sender(), true));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress(reply.to(), true));
    String subject = reply.subject().isEmpty() ? "Your message" : reply.subject();
    message.setSubject(
        subject.regionMatches(true, 0, "re:", 0, 3) ? subject : "Re: " + subject, "UTF-8");
    if (!reply.message().isEmpty()) { // so that the answer stands beside the question
      message.setHeader("In-Reply-To", reply.message());
      message.setHeader("References", reply.message());
    }
    message.setText(reply.text(), "UTF-8");
    message.saveChanges();
    return message;
  }

  /// A message with an id that was chosen before.
  private static final class Keyed extends MimeMessage {
    private final String id;

    Keyed(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }
}
