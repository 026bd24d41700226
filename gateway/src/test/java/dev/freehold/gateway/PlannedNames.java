package dev.freehold.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.time.Duration;
import java.util.stream.Stream;

/// Looks up the names of [DnsFaults]: servers of names that are silent, and names with addresses of
/// IPv6 only.
public final class PlannedNames extends InetAddressResolverProvider {
  static final String SILENT = "silent.example";
  static final String SIX = "six.example";
  static final String FAR = "far.example";
  static final Duration SILENCE = Duration.ofSeconds(20);

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver usual = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        return switch (host) {
          case SILENT -> silence(host);
          case SIX -> Stream.of(InetAddress.getByAddress(host, loopback()));
          case FAR -> Stream.of(InetAddress.getByAddress(host, documentation()));
          default -> usual.lookupByName(host, policy);
        };
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return usual.lookupByAddress(address);
      }
    };
  }

  private static Stream<InetAddress> silence(String host) throws UnknownHostException {
    try {
      Thread.sleep(SILENCE);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    throw new UnknownHostException(host);
  }

  private static byte[] loopback() {
    byte[] address = new byte[16];
    address[15] = 1;
    return address;
  }

  /// 2001:db8::1, which no machine has (RFC 3849).
  private static byte[] documentation() {
    byte[] address = loopback();
    address[0] = 0x20;
    address[1] = 0x01;
    address[2] = 0x0d;
    address[3] = (byte) 0xb8;
    return address;
  }

  @Override
  public String name() {
    return "planned names";
  }
}
