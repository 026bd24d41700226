package dev.freehold.desk.outcome;

import dev.freehold.desk.ticket.Ticket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What people decided, as tasks for `freehold eval`: a file of JSON lines that grows.
public final class CaseFile {
  private static final long MAX_BYTES = 1L << 30;

  private final Path file;

  public CaseFile(Path file) {
    this.file = file;
  }

  /// Adds how a ticket is sorted, as a person sorted it.
  ///
  /// @param question and the names of its options, of which one is right
  public void sorted(Ticket ticket, String question, List<String> options, String right) {
    String prompt =
        "%s Answer with one of: %s.\n\n%s\n%s"
            .formatted(
                question.strip(), String.join(", ", options), ticket.subject(), ticket.text());
    ObjectNode task = task(ticket, "sorting", prompt);
    ObjectNode judge = task.putObject("judge").put("type", "exact");
    judge.putArray("expected").add(right);
    judge.putArray("normalize").add("trim").add("case").add("punctuation");
    add(task);
  }

  /// Adds how a ticket is answered, as a person wrote it where the draft would not do.
  ///
  /// @param prompt what the draft was asked for with
  public void answered(Ticket ticket, String prompt, String answer) {
    ObjectNode task = task(ticket, "answers", prompt);
    task.put("reference", answer);
    task.putObject("judge")
        .put("type", "rubric")
        .put(
            "rubric",
            "It tells the sender all that the reference tells, and nothing that contradicts it.");
    add(task);
  }

  private static ObjectNode task(Ticket ticket, String group, String prompt) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", ticket.id() + "-" + group)
        .put("group", group)
        .put("prompt", prompt);
  }

  /// Adds a task, once for its id. A line that a crash left half is cut off first. The lock keeps
  /// other processes out, and this object other threads.
  private synchronized void add(ObjectNode task) {
    byte[] line = (task + "\n").getBytes(StandardCharsets.UTF_8);
    String begin = "{\"id\":%s,".formatted(task.path("id"));
    try {
      Files.createDirectories(file.toAbsolutePath().normalize().getParent());
      try (FileChannel channel =
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        if (channel.size() + line.length > MAX_BYTES) {
          throw new IOException("has %,d bytes; at most %,d".formatted(channel.size(), MAX_BYTES));
        }
        byte[] all = Files.readAllBytes(file);
        if (new String(all, StandardCharsets.UTF_8).lines().anyMatch(l -> l.startsWith(begin))) {
          return;
        }
        channel.truncate(wholeLines(all));
        channel.write(ByteBuffer.wrap(line), channel.size());
        channel.force(true);
      }
    } catch (IOException failure) {
      throw new ReplyException("%s: cannot be written: %s".formatted(file, failure), false);
    }
  }

  private static int wholeLines(byte[] all) {
    int length = all.length;
    while (length > 0 && all[length - 1] != '\n') {
      length--;
    }
    return length;
  }
}
