package dev.freehold.bench.serving;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A vendor's server over real sockets, in this process, that answers by a script. Connections stay
/// open from one request to the next, as those of vendors do.
final class FakeVendor implements AutoCloseable {
  private static final int WAITING = 4096;

  /// Whose words it speaks.
  enum Form {
    OPENAI,
    ANTHROPIC
  }

  /// What it does with one request; where it ends without an answer, the connection breaks.
  @FunctionalInterface
  interface Script {
    void answer(VendorAnswer answer) throws IOException, InterruptedException;
  }

  /// A request as it came.
  ///
  /// @param line its first line
  /// @param headers by their names in lower case
  record Request(String line, Map<String, String> headers, String body) {
    boolean isStream() {
      return body.contains("\"stream\":true");
    }
  }

  private final Form form;
  private final ServerSocket socket;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger gone = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final boolean isKeeping;
  private volatile Script script;

  /// @param isKeeping whether requests are kept to be looked at
  FakeVendor(Form form, boolean isKeeping, Script script) throws IOException {
    this.form = form;
    this.isKeeping = isKeeping;
    this.script = script;
    this.socket = new ServerSocket(0, WAITING, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("vendor").start(this::listen);
  }

  int port() {
    return socket.getLocalPort();
  }

  /// The requests as they came, where they are kept.
  List<Request> requests() {
    return requests;
  }

  /// How many requests were answered to their end.
  int answered() {
    return answered.get();
  }

  /// How many requests were not, since the client went away or the script broke off.
  int brokenOff() {
    return gone.get();
  }

  void does(Script newScript) {
    script = newScript;
  }

  private void listen() {
    while (!socket.isClosed()) {
      try {
        Socket accepted = socket.accept();
        open.add(accepted);
        Thread.startVirtualThread(() -> serve(accepted));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket accepted) {
    try (accepted) {
      accepted.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(accepted.getInputStream());
      while (true) {
        Request request = read(in);
        if (isKeeping) {
          requests.add(request);
        }
        VendorAnswer answer = new VendorAnswer(form, accepted, request);
        boolean isWhole = false;
        try {
          script.answer(answer);
          isWhole = answer.isEnded();
        } finally {
          (isWhole ? answered : gone).incrementAndGet();
        }
        if (!isWhole) {
          return;
        }
      }
    } catch (IOException gone) {
      return; // whoever asked went away
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(accepted);
    }
  }

  private static Request read(InputStream in) throws IOException {
    String first = line(in);
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Request(first, headers, body);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("no more requests");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /// Breaks all connections and takes no more.
  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket each : open) {
      each.close();
    }
  }
}
