package dev.freehold.desk.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tickets by requests.
class ReceiverTest {
  private static final String TICKET = "{\"id\":\"w1\",\"text\":\"Help\"}";

  @TempDir private Path folder = Path.of("unset");
  private final HttpClient client = HttpClient.newHttpClient();
  private FolderSource inbox = unset();
  private Receiver receiver = unset();

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
  private static <T> T unset() {
    return null;
  }

  @BeforeEach
  void start() {
    inbox = new FolderSource(folder, notice -> {});
    receiver = Receiver.start(0, inbox, "secret");
  }

  @AfterEach
  void stop() {
    receiver.close();
    client.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:%d%s".formatted(receiver.port(), path));
    return client.send(request.uri(address).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder post(String body) {
    return HttpRequest.newBuilder().POST(BodyPublishers.ofString(body));
  }

  private int status(String body) throws IOException, InterruptedException {
    return send(post(body).header("Authorization", "Bearer secret"), "/tickets").statusCode();
  }

  @Test
  void aTicketIsOnTheDiskWhenItIsAnswered() throws Exception {
    HttpResponse<String> answer =
        send(post(TICKET).header("Authorization", "Bearer secret"), "/tickets");
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.body()).isEqualTo("{\"id\":\"w1\"}");
    assertThat(inbox.poll(10)).extracting(one -> one.ticket().text()).isEqualTo(List.of("Help"));
  }

  @Test
  void nobodyElsePutsTicketsIn() throws Exception {
    assertThat(send(post(TICKET), "/tickets").statusCode()).isEqualTo(401);
    assertThat(send(post(TICKET).header("Authorization", "Bearer secre"), "/tickets").statusCode())
        .isEqualTo(401);
    assertThat(
            send(
                    post(TICKET)
                        .header("Authorization", "Bearer secret")
                        .header("Origin", "https://evil.example"),
                    "/tickets")
                .statusCode())
        .isEqualTo(403);
    assertThat(send(HttpRequest.newBuilder().GET(), "/tickets").statusCode()).isEqualTo(405);
    assertThat(send(post(TICKET), "/").statusCode()).isEqualTo(404);
    assertThat(inbox.poll(10)).isEmpty();
  }

  @Test
  void whatIsNoTicketIsRefused() throws Exception {
    assertThat(status("{")).isEqualTo(400);
    assertThat(status("{\"id\":\"../x\",\"text\":\"a\"}")).isEqualTo(400);
    assertThat(status("{\"text\":\"%s\"}".formatted("x".repeat(Ticket.MAX_BYTES)))).isEqualTo(413);
    assertThat(inbox.poll(10)).isEmpty();
  }
}
