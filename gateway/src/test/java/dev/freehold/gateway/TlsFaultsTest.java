package dev.freehold.gateway;

import static dev.freehold.gateway.FaultBed.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.gateway.FaultBed.Heard;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.upstream.Shape;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// X02, certificates that are not to be trusted, and X16, what only HTTP/2 can do.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class TlsFaultsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder = Path.of("unset");

  private static final String SETTINGS =
      """
      backends:
        primary: {shape: SHAPE, url: "https://localhost:%d/v1"%s}
        fallback: {shape: SHAPE, url: "http://127.0.0.1:PORT2/v1"}
      routes:
        default:
          delivery: DELIVERY
          last-resort: false
          targets:
            - {backend: primary, model: first-model}
            - {backend: fallback, model: second-model, can: [tools, continue]}
      """;

  /// A key and its certificate by an authority, whose own is written beside it.
  private Path store(String name, String... more) throws Exception {
    Path store = folder.resolve(name + ".p12");
    keytool(store, "-genkeypair", "-alias", "ca", "-dname", "CN=authority", "-ext", "bc=ca:true");
    Path certificate = folder.resolve(name + ".pem");
    keytool(store, "-exportcert", "-rfc", "-alias", "ca", "-file", certificate.toString());
    List<String> options = new ArrayList<>(List.of("-genkeypair", "-alias", "a", "-signer", "ca"));
    options.addAll(List.of("-dname", "CN=test"));
    options.addAll(List.of(more));
    keytool(store, options.toArray(String[]::new));
    keytool(store, "-delete", "-alias", "ca");
    return store;
  }

  private static void keytool(Path store, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-storepass", "changeit", "-keystore", store.toString()));
    if (options[0].equals("-genkeypair")) {
      command.addAll(List.of("-keyalg", "EC"));
    }
    run(command);
  }

  private static void run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static SSLServerSocket listen(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return (SSLServerSocket)
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private String trusting(String name) {
    return ", certificates: \"%s\"".formatted(folder.resolve(name + ".pem"));
  }

  @ParameterizedTest
  @CsvSource({
    "unknown, san=dns:localhost, -1H, false",
    "expired, san=dns:localhost, -3d, true",
    "wrong, san=dns:other.example, -1H, true",
    "good, san=dns:localhost, -1H, true"
  })
  void certificates(String name, String names, String start, boolean isTrusted) throws Exception {
    Path store = store(name, "-ext", names, "-startdate", start, "-validity", "1");
    for (Shape shape : List.of(Shape.OPENAI, Shape.ANTHROPIC)) {
      for (boolean isWhole : List.of(false, true)) {
        Pulse.calmly(() -> certificate(store, name, isTrusted, new FaultMode(shape, isWhole)));
      }
    }
  }

  private record FaultMode(Shape shape, boolean isWhole) {}

  private void certificate(Path store, String name, boolean isTrusted, FaultMode mode)
      throws Exception {
    try (FakeProvider vendor = new FakeProvider(mode.shape(), whole("safe"), listen(store))) {
      String more = isTrusted ? trusting(name) : "";
      String settings = SETTINGS.formatted(vendor.port(), more);
      try (FaultBed bed = new FaultBed(mode.shape(), mode.isWhole(), settings, Map.of())) {
        Heard heard = bed.ask();
        boolean isGood = name.equals("good");
        PublicFaults.wholeFrom(bed, heard, isGood ? "primary" : "fallback");
        if (!isGood) {
          assertThat(vendor.requests).as("nothing was sent").isEmpty();
          assertThat(bed.books.attempts).hasSize(2);
          assertThat(bed.books.attempts.getFirst().failure()).contains(FailureClass.CERTIFICATE);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FakeHttp2.Ending.class)
  void http2(FakeHttp2.Ending ending) throws Exception {
    Path store = store("h2", "-ext", "san=dns:localhost");
    for (Shape shape : List.of(Shape.OPENAI, Shape.ANTHROPIC)) {
      for (boolean isWhole : List.of(false, true)) {
        Pulse.calmly(() -> http2(store, ending, new FaultMode(shape, isWhole)));
      }
    }
  }

  private void http2(Path store, FakeHttp2.Ending ending, FaultMode mode) throws Exception {
    try (FakeHttp2 vendor = new FakeHttp2(listen(store), mode.shape(), ending)) {
      String settings = SETTINGS.formatted(vendor.port(), trusting("h2"));
      try (FaultBed bed = new FaultBed(mode.shape(), mode.isWhole(), settings, Map.of())) {
        Heard heard = bed.ask();
        PublicFaults.wholeFrom(bed, heard, "fallback");
        assertThat(vendor.requests.get()).isBetween(1, 2);
        assertThat(bed.books.attempts.getFirst().failure().orElseThrow())
            .isIn(FailureClass.TRANSPORT, FailureClass.CUT);
      }
    }
  }
}
