package dev.freehold.desk.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tickets as files.
class FolderSourceTest {
  @TempDir private Path folder = Path.of("unset");
  private final List<String> notices = new ArrayList<>();

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private List<Ticket> tickets(FolderSource source) {
    return source.poll(100).stream().map(TicketSource.Incoming::ticket).toList();
  }

  @Test
  void threeFormsAreRead() throws IOException {
    write(
        "1.json", "{\"id\":\"T-1\",\"from\":\"a@b.example\",\"subject\":\"S\",\"text\":\"Help\"}");
    write(
        "2.eml",
        """
        From: Ann <ann@shop.example>
        Reply-To: orders@shop.example
        Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
        Message-ID: <1@shop.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/html; charset=utf-8

        <head><style>p{}</style></head><p>Wo ist <b>mein</b> Paket&#63;</p><script>x</script>
        --b
        Content-Type: application/pdf
        Content-Disposition: attachment; filename=bill.pdf

        %PDF
        --b--
        """);
    write("3.txt", "The printer is on fire.\n");
    FolderSource source = new FolderSource(folder, notices::add);
    List<Ticket> tickets = tickets(source);
    assertThat(notices).isEmpty();
    assertThat(tickets.get(0)).isEqualTo(new Ticket("T-1", "a@b.example", "S", "Help"));
    assertThat(tickets.get(1).from()).isEqualTo("orders@shop.example");
    assertThat(tickets.get(1).message()).isEqualTo("<1@shop.example>");
    assertThat(
            Ticket.parse(tickets.get(1).asJson().toString().getBytes(StandardCharsets.UTF_8), "it"))
        .isEqualTo(tickets.get(1));
    assertThat(tickets.get(1).subject()).isEqualTo("Grüße");
    assertThat(tickets.get(1).text())
        .isEqualTo("Wo ist mein Paket?\n[attached and not read: bill.pdf]");
    assertThat(tickets.get(2).text()).isEqualTo("The printer is on fire.");
  }

  @Test
  void aRefusedFileIsNamed() throws IOException {
    write("empty.txt", "");
    assertThat(tickets(new FolderSource(folder, notices::add))).isEmpty();
    assertThat(notices).singleElement().asString().contains("empty.txt", "says nothing");
    assertThat(folder.resolve("refused/empty.txt.reason")).content().contains("empty.txt");
  }

  @Test
  void aTicketComesUntilItIsTaken() {
    FolderSource source = new FolderSource(folder, notices::add);
    source.put(new Ticket("a", "", "", "one"));
    source.put(new Ticket("a", "", "", "one"));
    source.put(new Ticket("B", "", "", "two"));
    assertThat(tickets(source)).hasSize(2);
    assertThat(tickets(source)).hasSize(2);
    source.poll(1).getFirst().taken();
    assertThat(tickets(source)).hasSize(1);
    source.poll(1).getFirst().taken();
    assertThat(tickets(source)).isEmpty();
    assertThat(folder.resolve("taken")).isDirectoryContaining("glob:**.json");
  }

  @Test
  void whatIsNoTicketIsPutAsideWithTheReason() throws IOException {
    write("a.json", "{\"text\":5}");
    write("b.json", "{\"text\":\"x\",\"role\":\"system\"}");
    write("c.json", "[".repeat(100_000));
    write("d.exe", "MZ");
    write("e.txt", "");
    write("f.json", "{\"id\":\"../../etc/passwd\",\"text\":\"x\"}");
    Files.write(folder.resolve("g.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    Files.write(folder.resolve("h.json"), new byte[Ticket.MAX_BYTES + 1]);
    write(".half.json", "{");
    Files.createSymbolicLink(folder.resolve("link.txt"), Path.of("/etc/hostname"));
    FolderSource source = new FolderSource(folder, notices::add);
    assertThat(tickets(source)).isEmpty();
    assertThat(notices).hasSize(8);
    assertThat(folder.resolve("refused").toFile().list()).hasSize(16);
    assertThat(folder.resolve("refused/b.json.reason")).content().contains("\"role\"");
    assertThat(folder.resolve(".half.json")).exists();
    assertThat(tickets(source)).isEmpty();
    assertThat(notices).hasSize(8);
  }

  @Test
  void hostileTextIsBounded() {
    byte[] json =
        "{\"subject\":\"a\\u001b[31m\\r\\nb\",\"from\":\"x\\ny\",\"text\":\"%s\"}"
            .formatted("t".repeat(200_000))
            .getBytes(StandardCharsets.UTF_8);
    Ticket ticket = Ticket.parse(json, "j");
    assertThat(ticket.subject()).isEqualTo("a [31m b");
    assertThat(ticket.from()).isEqualTo("x y");
    assertThat(ticket.text()).hasSize(100_000);
    assertThatThrownBy(() -> new Ticket("a b", "", "", "x")).hasMessageContaining("expected an id");
    assertThat(HtmlText.of("<".repeat(100_000))).isEmpty();
    assertThat(HtmlText.of("&".repeat(100_000))).hasSize(100_000);
    assertThat(HtmlText.of("a<script>b</SCRIPT>c<!-- d -->e&lt;f&#x41;&#999999999;"))
        .isEqualTo("ace<fA&#999999999;");
  }
}
