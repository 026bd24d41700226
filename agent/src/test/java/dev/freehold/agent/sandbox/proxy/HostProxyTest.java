package dev.freehold.agent.sandbox.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the proxy of confined commands passes on, and what it does not.
@Timeout(300)
class HostProxyTest {
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

  @TempDir Path folder;
  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
  private ServerSocket server;
  private HostProxy proxy;

  @BeforeEach
  void serve() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(this::answerAll);
    AllowedHosts allowed =
        new AllowedHosts(
            List.of(
                "allowed.example:" + server.getLocalPort(),
                "inside.example:" + server.getLocalPort(),
                "*.below.example"));
    proxy =
        new HostProxy(
            folder.resolve("proxy"),
            allowed,
            new PublicNetwork(
                this::addresses, address -> address.getHostAddress().equals("127.0.0.1")));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    server.close();
  }

  private List<InetAddress> addresses(HostName host) throws IOException {
    return switch (host.text()) {
      case "allowed.example" -> List.of(InetAddress.ofLiteral("127.0.0.1"));
      case "inside.example" ->
          List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("10.0.0.1"));
      default -> throw new UnknownHostException(host.text());
    };
  }

  private void answerAll() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        arrived.add(read(client));
        client.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException gone) {
        // whoever asked left, or the test is over
      }
    }
  }

  /// What comes first; nothing where the connection ends before.
  private static String read(Socket client) {
    byte[] buffer = new byte[20_000];
    try {
      int read = client.getInputStream().read(buffer);
      return new String(buffer, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
    } catch (IOException reset) {
      return "";
    }
  }

  private String ask(String request) throws IOException {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("proxy")))) {
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        Channels.newInputStream(channel).transferTo(answer);
      } catch (IOException cut) {
        // what has come before counts
      }
      return answer.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private String allowed() {
    return "allowed.example:" + server.getLocalPort();
  }

  @Test
  void aPlainRequestGoesOnToTheServerThatItNames() throws Exception {
    String answer =
        ask(
            "GET http://ALLOWED.example:"
                + server.getLocalPort()
                + "/a?b HTTP/1.1\r\nHost: other.example\r\nAccept: text/plain\r\n"
                + "Proxy-Authorization: x\r\nConnection: keep-alive\r\n\r\n"
                + "GET /second HTTP/1.1\r\nHost: other.example\r\n\r\n");

    assertThat(answer).isEqualTo(ANSWER);
    assertThat(arrived.poll(60, TimeUnit.SECONDS))
        .isEqualTo(
            "GET /a?b HTTP/1.1\r\nHost: "
                + allowed()
                + "\r\nConnection: close\r\nAccept: text/plain\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "other.example:443",
        "evil.example\0.allowed.example:443",
        "evil.example%00.allowed.example:443",
        "allowed.example.:443",
        "allowed.example:22",
        "allowed.example",
        "127.0.0.1:443",
        "0x7f.1:443",
        "2130706433:443",
        "[::1]:443",
        "[::ffff:127.0.0.1]:443",
        "localhost:443",
        "allowed.example@evil.example:443",
        "evil.example#allowed.example:443",
        "evil.example\\allowed.example:443",
        "\u00e4llowed.example:443",
        "xn--llowed-0wa.example:443",
        "below.example:443",
        "notbelow.example:443",
        "a..below.example:443",
        "-a.below.example:443",
        "169.254.169.254:80"
      })
  void aTunnelElsewhereIsRefused(String target) throws IOException {
    String answer = ask("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");

    assertThat(answer).matches("(?s)HTTP/1\\.1 40[03] Refused\r\n.*");
    assertThat(arrived).isEmpty();
  }

  @Test
  void aNameWithAnAddressThatIsNotPublicIsRefused() throws IOException {
    String answer = ask("CONNECT inside.example:" + server.getLocalPort() + " HTTP/1.1\r\n\r\n");

    assertThat(answer).contains("403").contains("not of the public network");
    assertThat(arrived).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "203.0.113.80",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "fe80::1",
        "fd00::1",
        "64:ff9b::a00:1"
      })
  void aNameOfAnInsideIsNotConnectedTo(String address) throws IOException {
    closeProxy();
    proxy =
        proxy(host -> List.of(InetAddress.ofLiteral("1.1.1.1"), InetAddress.ofLiteral(address)));

    for (String request :
        List.of(
            "CONNECT " + allowed(), "GET http://" + allowed() + "/", "HEAD http://" + allowed())) {
      assertThat(ask(request + " HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 403 ")
          .contains("'allowed.example' has an address that is not of the public network");
    }
    assertThat(arrived).isEmpty();
  }

  private void closeProxy() throws IOException {
    proxy.close();
    Files.delete(folder.resolve("proxy"));
  }

  private HostProxy proxy(Names names) {
    return new HostProxy(
        folder.resolve("proxy"),
        new AllowedHosts(List.of(allowed())),
        new PublicNetwork(names, PublicNetwork.SYSTEM.contains()));
  }

  @Test
  void aNameIsAskedForOnceAndWhatWasCheckedIsConnectedTo() throws Exception {
    List<String> answers = new ArrayList<>(List.of("127.0.0.1", "10.0.0.1"));
    closeProxy();
    proxy =
        new HostProxy(
            folder.resolve("proxy"),
            new AllowedHosts(List.of(allowed())),
            new PublicNetwork(
                host -> List.of(InetAddress.ofLiteral(answers.removeFirst())),
                address -> address.getHostAddress().equals("127.0.0.1")));
    String request = "GET http://" + allowed() + "/ HTTP/1.1\r\n\r\n";

    assertThat(ask(request)).isEqualTo(ANSWER);
    assertThat(answers).hasSize(1);
    assertThat(ask(request)).contains("not of the public network");
    assertThat(answers).isEmpty();
    assertThat(arrived).hasSize(1);
  }

  @Test
  void whatWasAskedForAndAllowedIsTold() throws IOException {
    String unused = ask("GET http://" + allowed() + "/ HTTP/1.1\r\n\r\n");
    unused = ask("CONNECT a.below.example:443 HTTP/1.1\r\n\r\n");
    unused = ask("CONNECT other.example:443 HTTP/1.1\r\n\r\n");

    assertThat(proxy.asked()).containsExactly("a.below.example:443", allowed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://[::1]/",
        "http://localhost/",
        "http://allowed.example:22/",
        "http://allowed.example@127.0.0.1/",
        "http://a.below.example:8080/"
      })
  void aPlainRequestElsewhereIsRefused(String target) throws IOException {
    assertThat(ask("GET " + target + " HTTP/1.1\r\nHost: " + allowed() + "\r\n\r\n"))
        .matches("(?s)HTTP/1\\.1 40[03] Refused\r\n.*");
    assertThat(arrived).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST http://allowed.example/ HTTP/1.1\r\n\r\n",
        "GET http://allowed.example/ HTTP/1.1\r\nA : b\r\n\r\n",
        "GET http://allowed.example/ HTTP/1.1\r\n folded\r\n\r\n",
        "GET http://allowed.example/ HTTP/1.1\nHost: a\r\n\r\n",
        "GET http://other.example\\@allowed.example/ HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: allowed.example\r\n\r\n",
        "GET  http://allowed.example/ HTTP/1.1\r\n\r\n",
        "GET file:///etc/passwd HTTP/1.1\r\n\r\n",
        "\r\n\r\n"
      })
  void aRequestThatIsNotAsItShouldBeIsRefused(String request) throws IOException {
    String answer = ask(request.replace("allowed.example", allowed()));

    assertThat(answer).matches("(?s)HTTP/1\\.1 40[035] Refused\r\n.*");
    assertThat(arrived).isEmpty();
  }

  @Test
  void aHeadWithoutEndIsRefused() throws IOException {
    assertThat(ask("GET http://" + allowed() + "/" + "a".repeat(20_000))).contains("431");
  }

  private static String hello(String server) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(server)));
    engine.setSSLParameters(parameters);
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(1 << 15);
    engine.wrap(ByteBuffer.allocate(0), hello);
    return new String(hello.array(), 0, hello.position(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aTunnelCarriesTlsToTheServerThatItNames() throws Exception {
    String hello = hello("allowed.example");

    String answer = ask("CONNECT " + allowed() + " HTTP/1.1\r\n\r\n" + hello);

    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith(ANSWER);
    assertThat(arrived.poll(60, TimeUnit.SECONDS)).isEqualTo(hello);
  }

  @Test
  void aTunnelDoesNotCarryTlsToAnotherServerNorAnythingElse() throws Exception {
    String connect = "CONNECT " + allowed() + " HTTP/1.1\r\n\r\n";

    assertThat(ask(connect + hello("other.example"))).endsWith("established\r\n\r\n");
    assertThat(ask(connect + "SSH-2.0-OpenSSH_9.6\r\n")).endsWith("established\r\n\r\n");
    assertThat(ask(connect + "GET /secret HTTP/1.1\r\n\r\n")).endsWith("established\r\n\r\n");
    for (int i = 0; i < 3; i++) {
      assertThat(arrived.poll(60, TimeUnit.SECONDS)).isEmpty();
    }
  }

  @Test
  void aChangedHelloIsReadOrRefusedAndNeverMore() throws Exception {
    byte[] whole = hello("allowed.example").getBytes(StandardCharsets.ISO_8859_1);
    Random random = new Random(8);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = whole.clone();
      for (int j = 0; j <= random.nextInt(4); j++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      ByteBuffer record = ByteBuffer.wrap(changed, 0, random.nextInt(5, changed.length + 1));
      try {
        ClientHello.server(record.position(5).slice());
      } catch (RefusedException refused) {
        assertThat(refused.status()).isBetween(400, 403);
      }
    }
  }

  @Test
  void addressesOfInsidesAreNotPublic() {
    for (String inside :
        List.of(
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "ff02::1")) {
      assertThat(PublicAddresses.contain(InetAddress.ofLiteral(inside))).as(inside).isFalse();
    }
    for (String outside : List.of("1.1.1.1", "172.32.0.1", "2606:4700::1111", "2a00::1")) {
      assertThat(PublicAddresses.contain(InetAddress.ofLiteral(outside))).as(outside).isTrue();
    }
  }

  @Test
  void rulesThatAreNoneAreRefused() {
    for (String rule : List.of("*", "*.", "https://a.example", "a.example:0", "a.example/x", "")) {
      assertThatThrownBy(() -> new AllowedHosts(List.of(rule)))
          .isInstanceOf(RefusedException.class);
    }
  }
}
