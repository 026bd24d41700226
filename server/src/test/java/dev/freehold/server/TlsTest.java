package dev.freehold.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.server.openai.OpenAiDialect;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS with certificates of both kinds of files, and clients that never finish a handshake.
class TlsTest {
  private static final String PASSWORD = "secret-of-a-test";

  @TempDir private Path folder = Path.of("unset");

  private Path store() throws Exception {
    Path file = folder.resolve("store.p12");
    Process made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD,
                "-dname",
                "CN=localhost",
                "-validity",
                "2")
            .redirectErrorStream(true)
            .start();
    String told = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(made.waitFor()).as(told).isZero();
    return file;
  }

  private static KeyStore read(Path file) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static void pem(Path file, String kind, byte[] bytes) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
  }

  private static ServerOptions options(Certificate certificate) {
    return TestServer.options()
        .withSecurity(
            new Security(List.of(), List.of(), () -> KeyRing.EMPTY, Optional.of(certificate)));
  }

  private static void assertAnswers(TestServer test, KeyStore trusted) throws Exception {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("server", trusted.getCertificate("server"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trust);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), test.port())) {
      socket.setSoTimeout(120_000);
      String body = "{\"prompt\":\"a\",\"stream\":true}";
      String request =
          "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(body.length(), body);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 200 ").contains("data: [DONE]");
    }
  }

  @Test
  void answersWithACertificateOfEitherKind() throws Exception {
    Path store = store();
    KeyStore keys = read(store);
    try (TestServer test =
        new TestServer(OpenAiDialect::new, options(new Certificate.Store(store, PASSWORD)))) {
      assertAnswers(test, keys);
    }
    Path chain = folder.resolve("chain.pem");
    Path key = folder.resolve("key.pem");
    Key secret = keys.getKey("server", PASSWORD.toCharArray());
    pem(chain, "CERTIFICATE", keys.getCertificate("server").getEncoded());
    pem(key, "PRIVATE KEY", java.util.Objects.requireNonNull(secret).getEncoded());
    try (TestServer test =
        new TestServer(OpenAiDialect::new, options(new Certificate.Pem(chain, key)))) {
      assertAnswers(test, keys);
    }
  }

  @Test
  void handshakesThatDoNotEndAreCutOff() throws Exception {
    ServerOptions.Limits limits =
        new ServerOptions.Limits(
            1 << 20,
            8 << 10,
            50,
            100,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    try (TestServer test =
            new TestServer(
                OpenAiDialect::new,
                options(new Certificate.Store(store(), PASSWORD)).withLimits(limits));
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), test.port())) {
      silent.setSoTimeout(120_000);
      assertThat(isCutOff(silent)).isTrue();
      assertThat(TestServer.eventually(() -> test.server.connections() == 0)).isTrue();
    }
  }

  private static boolean isCutOff(Socket socket) throws SocketTimeoutException {
    try {
      socket.getOutputStream().write(22);
      return socket.getInputStream().read() == -1;
    } catch (SocketTimeoutException stillOpen) {
      throw stillOpen;
    } catch (IOException reset) { // cut off before the byte was sent
      return true;
    }
  }

  @Test
  void certificatesThatCannotBeUsedAreTold() throws Exception {
    Path store = store();
    for (Certificate wrong :
        List.of(
            new Certificate.Store(folder.resolve("none.p12"), PASSWORD),
            new Certificate.Store(store, "another"),
            new Certificate.Pem(store, store))) {
      assertThatThrownBy(() -> new TestServer(OpenAiDialect::new, options(wrong)).close())
          .isInstanceOf(ServerException.class)
          .hasMessageContaining("cannot be used")
          .hasMessageNotContaining("another");
    }
  }
}
