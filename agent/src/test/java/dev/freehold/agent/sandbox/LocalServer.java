package dev.freehold.agent.sandbox;

import dev.freehold.agent.sandbox.proxy.PublicNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A web server of this machine that answers to the names `allowed.example` and `other.example`, by
/// HTTP or by TLS.
final class LocalServer implements AutoCloseable {
  /// A network in which those names are this machine, and it counts as public.
  static final PublicNetwork NETWORK =
      new PublicNetwork(
          host -> {
            if (!host.text().endsWith("ed.example") && !host.text().equals("other.example")) {
              throw new UnknownHostException(host.text());
            }
            return List.of(InetAddress.ofLiteral("127.0.0.1"));
          },
          InetAddress::isLoopbackAddress);

  private static final String PASSWORD = "changeit";

  private final ServerSocket server;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private LocalServer(ServerSocket server) {
    this.server = server;
    Thread.ofVirtual().start(this::answerAll);
  }

  static LocalServer plain() throws IOException {
    return new LocalServer(new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1")));
  }

  static LocalServer withTls(Path folder) throws Exception {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=allowed.example",
                "-ext",
                "san=dns:allowed.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool ended with " + keytool.exitValue());
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return new LocalServer(
        context
            .getServerSocketFactory()
            .createServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1")));
  }

  private void answerAll() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        byte[] buffer = new byte[20_000];
        int read = client.getInputStream().read(buffer);
        requests.add(new String(buffer, 0, Math.max(0, read), StandardCharsets.ISO_8859_1));
        byte[] answer =
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n"
                .getBytes(StandardCharsets.US_ASCII);
        client.getOutputStream().write(answer);
      } catch (IOException clientLeft) {
        // the next one may stay
      }
    }
  }

  int port() {
    return server.getLocalPort();
  }

  /// What came, as it came.
  List<String> requests() {
    return requests;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
