package dev.freehold.cli;

import dev.freehold.audit.Links;
import dev.freehold.hub.pull.ProxyRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// Asks the web whether addresses answer: by HEAD, without any credentials, and never machines of a
/// private network, which a card has no business to name.
final class WebLinks implements Links.Probe, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final HttpClient client;

  WebLinks(Surroundings surroundings) {
    this.client =
        HttpClient.newBuilder()
            .proxy(ProxyRules.of(surroundings.environment()))
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public Answer ask(URI address) {
    try {
      if (isPrivate(address)) {
        return new Answer(Optional.empty(), "not asked: a machine of a private network");
      }
      HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).HEAD().build();
      int code = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return new Answer(Optional.of(code), "answers " + code);
    } catch (UnknownHostException unknown) {
      return new Answer(Optional.empty(), "there is no such host, or no network");
    } catch (IOException failure) {
      return new Answer(Optional.empty(), "no answer: " + failure.getClass().getSimpleName());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CliException(Exit.INTERRUPTED, "stopped while asking " + address, "");
    }
  }

  private static boolean isPrivate(URI address) throws UnknownHostException {
    for (InetAddress host : InetAddress.getAllByName(address.getHost())) {
      byte[] bytes = host.getAddress();
      boolean isUniqueLocal = bytes.length == 16 && (bytes[0] & 0xFE) == 0xFC;
      if (host.isLoopbackAddress()
          || host.isAnyLocalAddress()
          || host.isSiteLocalAddress()
          || host.isLinkLocalAddress()
          || host.isMulticastAddress()
          || isUniqueLocal) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    client.close();
  }
}
