package dev.freehold.desk.outcome;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Answers as requests to an address, each with the header `Idempotency-Key`: who receives them
/// does one of a key once.
public final class WebhookSink implements ReplySink, AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration WHOLE = Duration.ofSeconds(30);

  private final URI address;
  private final String token;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /// @param token goes along as a bearer token; empty for none
  public WebhookSink(URI address, String token) {
    this.address = address;
    this.token = token;
  }

  @Override
  public void send(Reply reply, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(WHOLE)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(reply.asJson().toString()));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    int status;
    try {
      status = client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (ConnectException refused) {
      throw new ReplyException("%s: nobody answers".formatted(address), true);
    } catch (IOException failure) {
      throw new ReplyException("%s: %s".formatted(address, failure), false);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new ReplyException("%s: stopped".formatted(address), false);
    }
    if (status < 200 || status > 299) {
      boolean isRefused = status < 500 && status != 408;
      throw new ReplyException("%s: answered %d".formatted(address, status), isRefused);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
