package dev.freehold.gateway.upstream;

import dev.freehold.gateway.GatewayException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The networks in use, one for each way; they outlive a change of the configuration, as their
/// connections do.
public final class Networks implements AutoCloseable {
  private static final long MAX_BYTES = 4 << 20;

  private final Map<Way, JdkNetwork> networks = new ConcurrentHashMap<>();

  /// @throws GatewayException where the certificates cannot be read
  public Network of(Way way) {
    return networks.computeIfAbsent(way, Networks::open);
  }

  private static JdkNetwork open(Way way) {
    return new JdkNetwork(
        way.connect(), way.proxy().map(Networks::proxy), way.certificates().map(Networks::tls));
  }

  private static InetSocketAddress proxy(String address) {
    int colon = address.lastIndexOf(':');
    String port = address.substring(colon + 1);
    if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new GatewayException(
          "proxy: expected host and port as proxy.example.org:3128, found \"%s\""
              .formatted(Errors.shown(address)));
    }
    return InetSocketAddress.createUnresolved(address.substring(0, colon), Integer.parseInt(port));
  }

  private static SSLContext tls(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new GatewayException("%s: more than %d bytes".formatted(file, MAX_BYTES));
      }
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      try (InputStream in = Files.newInputStream(file)) {
        int number = 0;
        for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          trusted.setCertificateEntry("authority-" + number++, one);
        }
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException failure) {
      throw new GatewayException(
          "%s: cannot be read as certificates in PEM: %s".formatted(file, failure), failure);
    }
  }

  @Override
  public void close() {
    networks.values().forEach(JdkNetwork::close);
  }
}
