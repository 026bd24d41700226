package dev.freehold.desk.ticket;

import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.search.FlagTerm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tickets as unread mail of a mailbox; a message that was taken, or is no ticket, counts as read.
public final class ImapSource implements TicketSource {
  private static final String TIMEOUT_MILLIS = "20000";

  private final Mailbox mailbox;
  private final Consumer<String> notices;
  private @Nullable Store store;
  private @Nullable Folder folder;

  /// Where the mail is.
  ///
  /// @param isEncrypted by TLS from the first byte on, and the server's name is checked
  /// @param password is asked for when it is needed, and kept nowhere
  public record Mailbox(
      String host,
      int port,
      boolean isEncrypted,
      String user,
      java.util.function.Supplier<String> password,
      String folder) {
    @Override
    public String toString() {
      return "%s at %s:%d, %s".formatted(user, host, port, folder);
    }
  }

  public ImapSource(Mailbox mailbox, Consumer<String> notices) {
    this.mailbox = mailbox;
    this.notices = notices;
  }

  /// An unread message.
  private record Unread(Message message, Ticket ticket, ImapSource source) implements Incoming {
    @Override
    public void taken() {
      source.read(message);
    }
  }

  private void read(Message message) {
    try {
      message.setFlag(Flags.Flag.SEEN, true);
    } catch (MessagingException failure) {
      close();
      throw failed(failure);
    }
  }

  @Override
  public List<Incoming> poll(int most) {
    try {
      Folder inbox = open();
      List<Incoming> tickets = new ArrayList<>();
      for (Message message : inbox.search(new FlagTerm(new Flags(Flags.Flag.SEEN), false))) {
        if (tickets.size() == most) {
          break;
        }
        try {
          tickets.add(new Unread(message, Mail.read(bytes(message), "message"), this));
        } catch (TicketException refused) {
          notices.accept(
              "refused message %d of %s: %s"
                  .formatted(message.getMessageNumber(), mailbox, refused.getMessage()));
          read(message);
        }
      }
      return tickets;
    } catch (MessagingException | IOException failure) {
      close();
      throw failed(failure);
    }
  }

  private TicketException failed(Exception failure) {
    return new TicketException("mailbox %s: %s".formatted(mailbox, failure.getMessage()), failure);
  }

  /// The whole message, read without the server marking it as read.
  private static byte[] bytes(Message message) throws MessagingException, IOException {
    if (message.getSize() > Ticket.MAX_BYTES) {
      throw new TicketException(
          "has %,d bytes; tickets have at most %,d".formatted(message.getSize(), Ticket.MAX_BYTES));
    }
    Bounded bytes = new Bounded();
    message.writeTo(bytes);
    return bytes.toByteArray();
  }

  /// Takes no more than a ticket has, whatever the server said of its size.
  private static final class Bounded extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] part, int offset, int length) {
      if (bytes.size() + length > Ticket.MAX_BYTES) {
        throw new TicketException("has more than %,d bytes".formatted(Ticket.MAX_BYTES));
      }
      bytes.write(part, offset, length);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }

  private Folder open() throws MessagingException {
    Folder open = folder;
    if (open != null && open.isOpen()) {
      return open;
    }
    close();
    String protocol = mailbox.isEncrypted() ? "imaps" : "imap";
    Properties settings = new Properties();
    for (String limit : List.of("connectiontimeout", "timeout", "writetimeout")) {
      settings.put("mail.%s.%s".formatted(protocol, limit), TIMEOUT_MILLIS);
    }
    settings.put("mail.%s.peek".formatted(protocol), "true");
    settings.put("mail.imaps.ssl.checkserveridentity", "true");
    Store opened = Session.getInstance(settings).getStore(protocol);
    opened.connect(mailbox.host(), mailbox.port(), mailbox.user(), mailbox.password().get());
    store = opened;
    Folder inbox = opened.getFolder(mailbox.folder());
    inbox.open(Folder.READ_WRITE);
    folder = inbox;
    return inbox;
  }

  @Override
  public void close() {
    Store open = store;
    store = null;
    folder = null;
    if (open != null) {
      try {
        open.close();
      } catch (MessagingException gone) {
        notices.accept("mailbox %s: %s".formatted(mailbox, gone.getMessage()));
      }
    }
  }
}
