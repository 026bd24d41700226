package dev.freehold.agent.sandbox.proxy;

import java.net.InetAddress;
import java.util.List;

/// Tells addresses of the public network from those of machines, houses and providers' insides.
///
/// Source: IANA's registries of special-purpose addresses, IPv4 and IPv6.
final class PublicAddresses {
  /// A prefix of an address.
  private record Network(byte[] prefix, int bits) {
    boolean contains(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int shift = 7 - i % 8;
        if ((address[i / 8] >> shift & 1) != (prefix[i / 8] >> shift & 1)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Network> SPECIAL =
      List.of(
          network("0.0.0.0", 8),
          network("10.0.0.0", 8),
          network("100.64.0.0", 10),
          network("127.0.0.0", 8),
          network("169.254.0.0", 16),
          network("172.16.0.0", 12),
          network("192.0.0.0", 24),
          network("192.0.2.0", 24),
          network("192.88.99.0", 24),
          network("192.168.0.0", 16),
          network("198.18.0.0", 15),
          network("198.51.100.0", 24),
          network("203.0.113.0", 24),
          network("224.0.0.0", 3),
          network("2001::", 23),
          network("2001:db8::", 32),
          network("2002::", 16),
          network("3fff::", 20));

  private static final Network PUBLIC_6 = network("2000::", 3);
  private static final int IPV4_BYTES = 4;

  private PublicAddresses() {}

  private static Network network(String address, int bits) {
    return new Network(InetAddress.ofLiteral(address).getAddress(), bits);
  }

  static boolean contain(InetAddress address) {
    byte[] bytes = address.getAddress();
    return (bytes.length == IPV4_BYTES || PUBLIC_6.contains(bytes))
        && SPECIAL.stream().noneMatch(network -> network.contains(bytes));
  }
}
