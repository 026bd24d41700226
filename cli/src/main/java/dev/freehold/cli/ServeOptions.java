package dev.freehold.cli;

import dev.freehold.server.Certificate;
import dev.freehold.server.KeyFile;
import dev.freehold.server.RequestLog;
import dev.freehold.server.Security;
import dev.freehold.server.ServerOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// Options of the server: where it listens, who may reach it, and what it writes down.
final class ServeOptions {
  /// The variable with the password of the key store.
  static final String TLS_PASSWORD = "FREEHOLD_TLS_PASSWORD";

  private static final int MAX_MEBIBYTES = 1024;

  /// Where `serve` listens.
  static final int PORT = 9931;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "The address to listen at; 127.0.0.1 by default. One that other machines reach needs keys"
              + " (freehold keys).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "The port to listen at, 0 for any free one; 9931 by default, 9932 for workflow serve.")
  private int port;

  @Option(
      names = "--host-name",
      paramLabel = "NAME",
      split = ",",
      description = "A further name by which clients call this server; may be given again.")
  private List<String> hostNames = List.of();

  @Option(
      names = "--origin",
      paramLabel = "ORIGIN",
      split = ",",
      description =
          "A web page that may call this server, as https://chat.example.org; may be given again.")
  private List<String> origins = List.of();

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description = "The file of keys; that of freehold keys by default.")
  private Optional<Path> keys = Optional.empty();

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "Speak TLS with this certificate chain, a PEM file.")
  private Optional<Path> tlsCertificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key, a PEM file in PKCS#8.")
  private Optional<Path> tlsKey = Optional.empty();

  @Option(
      names = "--tls-store",
      paramLabel = "FILE",
      description =
          "Speak TLS with the certificate and key of a PKCS#12 file; FREEHOLD_TLS_PASSWORD holds"
              + " its password.")
  private Optional<Path> tlsStore = Optional.empty();

  @Option(
      names = "--max-body",
      paramLabel = "MIB",
      description = "The largest body of a request, in MiB; 32 by default.")
  private int maxBody = 32;

  @Option(
      names = "--no-log",
      description =
          "Write no log. By default each request and each answer is a line of JSON on standard"
              + " error, without what was asked and answered.")
  private boolean noLog;

  @Option(names = "--log-prompts", description = "Write what is asked into the log too.")
  private boolean logPrompts;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "How long Ctrl-C waits for answers; 30 by default.")
  private int patience = 30;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  Duration patience() {
    return Duration.ofSeconds(Math.max(0, patience));
  }

  /// @param usualPort where nothing is said
  ServeOptions(int usualPort) {
    this.port = usualPort;
  }

  ServerOptions serverOptions(Surroundings surroundings) {
    if (port < 0 || port > 65535) {
      throw usage("--port: expected 0 to 65535, found " + port);
    }
    if (maxBody < 1 || maxBody > MAX_MEBIBYTES) {
      throw usage("--max-body: expected 1 to %d, found %d".formatted(MAX_MEBIBYTES, maxBody));
    }
    if (noLog && logPrompts) {
      throw usage("--no-log and --log-prompts exclude each other");
    }
    Path file = keys.orElseGet(() -> KeysCommand.file(surroundings));
    Security security =
        new Security(hostNames, origins, new KeyFile(file), certificate(surroundings));
    ServerOptions.Limits limits = ServerOptions.Limits.DEFAULT.withBodyBytes(maxBody << 20);
    RequestLog log = noLog ? RequestLog.NONE : new LogLines(surroundings.err(), logPrompts);
    return new ServerOptions(host, port, security, limits, surroundings.clock(), log);
  }

  private CliException usage(String message) {
    String command = spec == null ? "freehold serve" : spec.qualifiedName();
    return new CliException(Exit.USAGE, message, "Try \"%s --help\".".formatted(command));
  }

  private Optional<Certificate> certificate(Surroundings surroundings) {
    if (tlsStore.isPresent()) {
      if (tlsCertificate.isPresent() || tlsKey.isPresent()) {
        throw usage("--tls-store and the PEM files exclude each other");
      }
      String password = surroundings.environment().getOrDefault(TLS_PASSWORD, "");
      return Optional.of(new Certificate.Store(tlsStore.get(), password));
    }
    if (tlsCertificate.isPresent() != tlsKey.isPresent()) {
      throw usage("--tls-certificate and --tls-key go together, one of them is missing");
    }
    return tlsCertificate.map(chain -> new Certificate.Pem(chain, tlsKey.orElseThrow()));
  }

  /// The address as clients write it.
  String address(int boundPort) {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    boolean isTls = tlsStore.isPresent() || tlsCertificate.isPresent();
    return "%s://%s:%d".formatted(isTls ? "https" : "http", shown, boundPort);
  }

  /// Lines of JSON on standard error.
  private record LogLines(PrintStream err, boolean wantsPrompts) implements RequestLog {
    @Override
    public void line(ObjectNode line) {
      err.println(line); // JSON escapes control characters
    }
  }
}
