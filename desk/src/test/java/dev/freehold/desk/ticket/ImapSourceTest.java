package dev.freehold.desk.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.freehold.desk.outcome.MailSink;
import dev.freehold.desk.outcome.Reply;
import dev.freehold.desk.outcome.ReplyException;
import dev.freehold.desk.ticket.ImapSource.Mailbox;
import jakarta.mail.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tickets and answers by mail, with a mail server in this process.
class ImapSourceTest {
  private final GreenMail server =
      new GreenMail(
          new ServerSetup[] {setup(ServerSetup.PROTOCOL_IMAP), setup(ServerSetup.PROTOCOL_SMTP)});
  private final List<String> notices = new ArrayList<>();

  /// A port of its own; a second, which is usual, is little for a machine under load.
  private static ServerSetup setup(String protocol) {
    ServerSetup setup = new ServerSetup(0, "127.0.0.1", protocol);
    setup.setServerStartupTimeout(120_000);
    return setup;
  }

  @BeforeEach
  void start() {
    server.start();
    server.setUser("desk@shop.example", "desk", "secret");
    server.setUser("ann@home.example", "ann", "hers");
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private void mail(String subject, String text) {
    GreenMailUtil.sendTextEmail(
        "desk@shop.example", "ann@home.example", subject, text, server.getSmtp().getServerSetup());
  }

  private ImapSource source(String password) {
    return new ImapSource(
        new Mailbox(
            "127.0.0.1", server.getImap().getPort(), false, "desk", () -> password, "INBOX"),
        notices::add);
  }

  @Test
  void unreadMailComesUntilItIsTaken() {
    mail("First", "one");
    mail("Second", "two");
    try (ImapSource source = source("secret")) {
      assertThat(source.poll(1)).hasSize(1);
      List<TicketSource.Incoming> both = source.poll(10);
      assertThat(both).extracting(one -> one.ticket().subject()).containsExactly("First", "Second");
      assertThat(both.getFirst().ticket().from()).isEqualTo("ann@home.example");
      both.getFirst().taken();
    }
    try (ImapSource again = source("secret")) {
      List<TicketSource.Incoming> rest = again.poll(10);
      assertThat(rest).extracting(one -> one.ticket().text()).containsExactly("two");
      mail("Third", "three");
      assertThat(again.poll(10)).hasSize(2);
    }
    assertThat(notices).isEmpty();
  }

  @Test
  void failuresNameTheMailboxAndNotThePassword() {
    try (ImapSource wrong = source("wrong-password")) {
      assertThatThrownBy(() -> wrong.poll(1))
          .isInstanceOf(TicketException.class)
          .hasMessageContaining("desk at 127.0.0.1")
          .hasMessageNotContaining("wrong-password");
    }
    try (ImapSource gone = source("secret")) {
      server.stop();
      assertThatThrownBy(() -> gone.poll(1)).isInstanceOf(TicketException.class);
    }
  }

  @Test
  void mailTooLargeIsRefusedOnce() {
    mail("Large", "x".repeat(Ticket.MAX_BYTES));
    mail("Small", "y");
    try (ImapSource source = source("secret")) {
      assertThat(source.poll(10)).hasSize(1);
      assertThat(notices).singleElement().asString().contains("bytes");
      assertThat(source.poll(10)).hasSize(1);
      assertThat(notices).hasSize(1);
    }
  }

  @Test
  void anAnswerStandsBesideTheMailThatItAnswers() throws Exception {
    MailSink sink =
        new MailSink(
            new MailSink.Account(
                "127.0.0.1", server.getSmtp().getPort(), false, "", () -> "", "desk@shop.example"));
    for (String id : List.of("<1.a@home.example>", "<1@a>\r\nBcc: eve@evil.example", "<1 2@a>")) {
      sink.send(new Reply("t1", "ann@home.example", "s", "x", id), "k" + id.length());
    }
    Message[] received = server.getReceivedMessagesForDomain("home.example");
    assertThat(received).hasSize(3);
    assertThat(received[0].getHeader("In-Reply-To")).containsExactly("<1.a@home.example>");
    assertThat(received[0].getHeader("References")).containsExactly("<1.a@home.example>");
    for (Message inert : List.of(received[1], received[2])) {
      assertThat(inert.getHeader("In-Reply-To")).isNull();
      assertThat(inert.getHeader("Bcc")).isNull();
    }
  }

  @Test
  void anAnswerIsMailWithItsKeyAsId() throws Exception {
    MailSink sink =
        new MailSink(
            new MailSink.Account(
                "127.0.0.1", server.getSmtp().getPort(), false, "", () -> "", "desk@shop.example"));
    sink.send(new Reply("t1", "ann@home.example", "Größe", "Es ist größer."), "freehold-1");
    Message[] received = server.getReceivedMessagesForDomain("home.example");
    assertThat(received).hasSize(1);
    assertThat(received[0].getSubject()).isEqualTo("Re: Größe");
    assertThat(received[0].getContent().toString().strip()).isEqualTo("Es ist größer.");
    assertThat(received[0].getHeader("Message-ID"))
        .containsExactly("<freehold-1@freehold.invalid>");
    assertThat(received[0].getHeader("In-Reply-To")).isNull();
    assertThatThrownBy(
            () -> sink.send(new Reply("t2", "a@b\r\nBcc: c@d.example", "s", "x"), "freehold-2"))
        .isInstanceOfSatisfying(
            ReplyException.class, failure -> assertThat(failure.isKnownUnsent()).isTrue());
    server.stop();
    assertThatThrownBy(() -> sink.send(new Reply("t3", "ann@home.example", "s", "x"), "k"))
        .isInstanceOfSatisfying(
            ReplyException.class, failure -> assertThat(failure.isKnownUnsent()).isTrue());
  }
}
