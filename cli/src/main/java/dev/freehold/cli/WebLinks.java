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
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/// Asks the web whether addresses answer: by HEAD, without any credentials, and never machines of a
/// private network, which a card has no business to name.
final class WebLinks implements Links.Probe, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final HttpClient client;
  private final Duration patience;
  private final Predicate<InetAddress> refused;

  WebLinks(Surroundings surroundings) {
    this(surroundings, PATIENCE, WebLinks::isPrivate);
  }

  /// @param patience how long an answer is waited for
  /// @param refused which machines are not asked
  WebLinks(Surroundings surroundings, Duration patience, Predicate<InetAddress> refused) {
    this.patience = patience;
    this.refused = refused;
    this.client =
        HttpClient.newBuilder()
            .proxy(ProxyRules.of(surroundings.environment()))
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public Answer ask(URI address) {
    try {
      if (isRefused(address)) {
        return new Answer(Optional.empty(), "not asked: a machine of a private network");
      }
      HttpRequest request = HttpRequest.newBuilder(address).timeout(patience).HEAD().build();
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

  private boolean isRefused(URI address) throws UnknownHostException {
    for (InetAddress host : InetAddress.getAllByName(address.getHost())) {
      if (refused.test(host)) {
        return true;
      }
    }
    return false;
  }

  /// Whether an address is of a private network, of this machine, or of no single machine; the IPv4
  /// addresses that IPv6 ones hold are looked at too.
  ///
  /// Source: RFC 6890, the registries of special-purpose addresses.
  static boolean isPrivate(InetAddress host) {
    byte[] bytes = host.getAddress();
    return host.isLoopbackAddress()
        || host.isAnyLocalAddress()
        || host.isSiteLocalAddress()
        || host.isLinkLocalAddress()
        || host.isMulticastAddress()
        || (bytes.length == 4 ? isSpecial(bytes) : holdsPrivate(bytes));
  }

  private static boolean isSpecial(byte[] bytes) {
    int first = bytes[0] & 0xFF;
    int second = bytes[1] & 0xFF;
    boolean isShared = first == 100 && (second & 0xC0) == 64;
    boolean isBenchmark = first == 198 && (second & 0xFE) == 18;
    return first == 0 || first >= 240 || isShared || isBenchmark;
  }

  private static boolean holdsPrivate(byte[] bytes) {
    boolean isUniqueLocal = (bytes[0] & 0xFE) == 0xFC;
    boolean isTranslated = startsWith(bytes, 0x00, 0x64, 0xFF, 0x9B);
    boolean is6to4 = startsWith(bytes, 0x20, 0x02);
    return isUniqueLocal
        || isTranslated && isPrivate(embedded(bytes, 12))
        || is6to4 && isPrivate(embedded(bytes, 2));
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xFF) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress embedded(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException wrongLength) {
      throw new IllegalArgumentException(wrongLength);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
