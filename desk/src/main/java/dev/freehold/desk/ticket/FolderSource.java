package dev.freehold.desk.ticket;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Tickets as files of a folder: `.json` ([Ticket#parse]), `.eml` (mail) or `.txt`.
///
/// What was taken goes to the folder `taken` within it, what is no ticket to `refused`, with the
/// reason beside it. Names that begin with a dot are left alone: that is how a file is written that
/// is not whole yet.
public final class FolderSource implements TicketSource {
  private static final int MOST_FILES = 100_000;

  private final Path folder;
  private final Consumer<String> notices;

  /// @param notices is told what is refused, and why
  public FolderSource(Path folder, Consumer<String> notices) {
    this.folder = folder;
    this.notices = notices;
    try {
      Files.createDirectories(folder.resolve("taken"));
      Files.createDirectories(folder.resolve("refused"));
    } catch (IOException failure) {
      throw new TicketException("%s: cannot be made: %s".formatted(folder, failure), failure);
    }
  }

  /// A file with a ticket.
  private final class TicketFile implements Incoming {
    private final Path file;
    private final Ticket ticket;

    TicketFile(Path file, Ticket ticket) {
      this.file = file;
      this.ticket = ticket;
    }

    @Override
    public Ticket ticket() {
      return ticket;
    }

    @Override
    public void taken() {
      move(file, "taken");
    }
  }

  @Override
  public List<Incoming> poll(int most) {
    List<Incoming> tickets = new ArrayList<>();
    for (Path file : files()) {
      if (tickets.size() == most) {
        break;
      }
      try {
        tickets.add(new TicketFile(file, read(file)));
      } catch (TicketException refused) {
        String name = file.getFileName().toString();
        String why = String.valueOf(refused.getMessage());
        refuse(file, why.startsWith(name) ? why : name + ": " + why);
      } catch (IOException unreadable) {
        notices.accept("%s: cannot be read: %s".formatted(file, unreadable));
      }
    }
    return tickets;
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        boolean isTicket =
            !file.getFileName().toString().startsWith(".")
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        if (isTicket && files.size() < MOST_FILES) {
          files.add(file);
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException failure) {
      throw new TicketException("%s: cannot be read: %s".formatted(folder, failure), failure);
    }
    files.sort(Comparator.comparing(file -> file.getFileName().toString()));
    return files;
  }

  private static Ticket read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(Ticket.MAX_BYTES + 1);
    }
    String name = file.getFileName().toString();
    if (bytes.length > Ticket.MAX_BYTES) {
      throw new TicketException("%s: has more than %,d bytes".formatted(name, Ticket.MAX_BYTES));
    }
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (ending) {
      case "json" -> Ticket.parse(bytes, name);
      case "eml" -> Mail.read(bytes, name);
      case "txt" -> text(bytes, name);
      default ->
          throw new TicketException(name + ": expected a name that ends with .json, .eml or .txt");
    };
  }

  private static Ticket text(byte[] bytes, String name) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException wrong) {
      throw new TicketException(name + ": is no UTF-8", wrong);
    }
    return new Ticket(Ticket.idOf(name + "\n" + text), "", "", text);
  }

  private void refuse(Path file, String reason) {
    notices.accept("refused " + reason);
    Path moved = move(file, "refused");
    try {
      Files.writeString(moved.resolveSibling(moved.getFileName() + ".reason"), reason + "\n");
    } catch (IOException failure) {
      throw new TicketException("%s: cannot be written: %s".formatted(moved, failure), failure);
    }
  }

  /// A file of the same name that is there already stays; the new one gets a number.
  private Path move(Path file, String into) {
    String name = file.getFileName().toString();
    try {
      Path place = folder.resolve(into).resolve(name);
      for (int i = 2; Files.exists(place, LinkOption.NOFOLLOW_LINKS); i++) {
        place = folder.resolve(into).resolve(i + "-" + name);
      }
      return Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new TicketException("%s: cannot be moved: %s".formatted(file, failure), failure);
    }
  }

  /// Puts a ticket into the folder, for good once this returns. A ticket that waits there already
  /// stays as it is.
  public void put(Ticket ticket) {
    Path place = folder.resolve(ticket.fileName() + ".json");
    Path draft = folder.resolve("." + ticket.fileName() + ".json");
    byte[] bytes = ticket.asJson().toPrettyString().getBytes(StandardCharsets.UTF_8);
    try {
      Files.write(draft, bytes);
      try (FileChannel file = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        file.force(true);
      }
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    } catch (IOException failure) {
      throw new TicketException("%s: cannot be written: %s".formatted(place, failure), failure);
    }
  }

  @Override
  public void close() {}
}
