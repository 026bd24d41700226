package dev.freehold.agent.sandbox.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;

/// An HTTP proxy on a Unix socket that passes on to allowed hosts only.
///
/// It resolves names itself, connects to the very addresses that it checked, and lets none through
/// of which one is not public. Of a tunnel it reads which server the client's TLS asks for, so that
/// an allowed name does not stand before another.
public final class HostProxy implements AutoCloseable {
  private static final int MAX_CONNECTIONS = 64;
  private static final int CONNECT_MILLIS = 15_000;
  private static final int MAX_ASKED = 100;
  private static final int COPY_BYTES = 16 << 10;
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final AllowedHosts allowed;
  private final PublicNetwork network;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final Set<String> asked = new ConcurrentSkipListSet<>();
  private final Semaphore free = new Semaphore(MAX_CONNECTIONS);

  /// @param socket where it listens until it is closed
  public HostProxy(Path socket, AllowedHosts allowed, PublicNetwork network) {
    this.allowed = allowed;
    this.network = network;
    try {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy of a command cannot listen at '" + socket + "'", e);
    }
    Thread.ofVirtual().name("host-proxy").start(this::accept);
  }

  /// The allowed hosts that were asked for, as `host:port`; no more than some. That a name was
  /// looked up tells its servers something already.
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        if (!free.tryAcquire()) {
          client.close();
          continue;
        }
        open.add(client);
        Thread.ofVirtual().name("host-proxy-connection").start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(SocketChannel client) {
    try {
      passOn(client);
    } catch (IOException broken) {
      // either side may leave at any time
    } finally {
      leave(client);
      free.release();
    }
  }

  private void passOn(SocketChannel client) throws IOException {
    ByteBuffer received = ByteBuffer.allocate(ProxyRequest.MAX_BYTES);
    ProxyRequest request;
    SocketChannel upstream;
    try {
      request = ProxyRequest.of(head(client, received));
      upstream = connect(request);
    } catch (RefusedException e) {
      refuse(client, e);
      return;
    }
    try {
      if (request.isTunnel()) {
        write(client, "HTTP/1.1 200 Connection established" + END_OF_HEAD);
        write(upstream, hello(client, received, request.host()));
        Thread.ofVirtual().name("host-proxy-upload").start(() -> copy(client, upstream));
      } else {
        write(upstream, ByteBuffer.wrap(request.forwarded()));
      }
      copy(upstream, client);
    } catch (RefusedException notAskedFor) {
      // the tunnel has begun, and so ends without a word
    } finally {
      leave(upstream);
    }
  }

  /// Reads the head of a request; `received` then holds what came after it.
  private static byte[] head(SocketChannel client, ByteBuffer received) throws IOException {
    while (true) {
      String text =
          new String(received.array(), 0, received.position(), StandardCharsets.ISO_8859_1);
      int end = text.indexOf(END_OF_HEAD);
      if (end >= 0) {
        received.flip().position(end + END_OF_HEAD.length()).compact();
        return text.substring(0, end).getBytes(StandardCharsets.ISO_8859_1);
      }
      if (!received.hasRemaining()) {
        throw new RefusedException(431, "a request's head is longer than " + received.capacity());
      }
      if (client.read(received) < 0) {
        throw new IOException("the client left");
      }
    }
  }

  private SocketChannel connect(ProxyRequest request) throws IOException {
    allowed.check(request.host(), request.port());
    if (asked.size() < MAX_ASKED) {
      asked.add(request.host() + ":" + request.port());
    }
    List<InetAddress> addresses;
    try {
      addresses = network.names().addresses(request.host());
    } catch (IOException e) {
      throw new RefusedException(502, "'" + request.host() + "' has no address");
    }
    if (addresses.isEmpty() || !addresses.stream().allMatch(network.contains())) {
      throw new RefusedException(
          403, "'" + request.host() + "' has an address that is not of the public network");
    }
    for (InetAddress address : addresses) {
      SocketChannel upstream = SocketChannel.open();
      open.add(upstream);
      try {
        upstream.socket().connect(new InetSocketAddress(address, request.port()), CONNECT_MILLIS);
        return upstream;
      } catch (IOException next) {
        leave(upstream);
      }
    }
    throw new RefusedException(502, "'" + request.host() + "' cannot be connected to");
  }

  /// The first record of a tunnel, which asks for the same server as the tunnel.
  private static ByteBuffer hello(SocketChannel client, ByteBuffer received, HostName host)
      throws IOException {
    ByteBuffer record =
        ByteBuffer.allocate(
            Math.max(
                received.position(),
                ClientHello.RECORD_HEADER_BYTES + ClientHello.MAX_RECORD_BYTES));
    record.put(received.flip());
    readUntil(client, record, ClientHello.RECORD_HEADER_BYTES);
    int length = ClientHello.RECORD_HEADER_BYTES + ClientHello.length(record);
    readUntil(client, record, length);
    ByteBuffer body =
        record.slice(ClientHello.RECORD_HEADER_BYTES, length - ClientHello.RECORD_HEADER_BYTES);
    HostName asked = ClientHello.server(body);
    if (!asked.equals(host)) {
      throw new RefusedException(403, "TLS asks for '" + asked + "' behind '" + host + "'");
    }
    return record.flip();
  }

  private static void readUntil(SocketChannel client, ByteBuffer into, int bytes)
      throws IOException {
    while (into.position() < bytes) {
      if (client.read(into) < 0) {
        throw new IOException("the client left");
      }
    }
  }

  private static void refuse(SocketChannel client, RefusedException refusal) throws IOException {
    byte[] body = ("freehold: " + refusal.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
    write(
        client,
        "HTTP/1.1 "
            + refusal.status()
            + " Refused\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
            + body.length
            + "\r\nConnection: close"
            + END_OF_HEAD);
    write(client, ByteBuffer.wrap(body));
  }

  private static void write(SocketChannel to, String text) throws IOException {
    write(to, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        write(to, buffer);
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      // either side may leave at any time
    }
  }

  private void leave(SocketChannel channel) {
    open.remove(channel);
    try {
      channel.close();
    } catch (IOException e) {
      // it is left all the same
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // it accepts nothing more
    }
    open.forEach(this::leave);
  }
}
