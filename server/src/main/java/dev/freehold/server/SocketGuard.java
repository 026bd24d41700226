package dev.freehold.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Knows every socket from the moment it is accepted, and closes those that take too long: with a
/// TLS handshake, a request, or reading an answer.
///
/// Helidon asks it twice: to set a socket's options, right after it was accepted, and for a
/// connection, when there is a protocol to speak.
final class SocketGuard implements SocketOptions, ServerConnectionSelector {
  private final SocketOptions options = SocketOptions.builder().tcpNoDelay(true).build();
  private final ServerConnectionSelector http;
  private final ServerOptions.Limits limits;
  private final Map<SocketChannel, Entry> sockets = new ConcurrentHashMap<>();

  /// A socket and, as soon as it speaks a protocol, its connection.
  private static final class Entry {
    private final long acceptedNanos = System.nanoTime();
    private volatile Optional<GuardedConnection> connection = Optional.empty();
    private volatile long finishedNanos;
  }

  /// @param http makes the connections of the protocol
  SocketGuard(ServerConnectionSelector http, ServerOptions.Limits limits) {
    this.http = http;
    this.limits = limits;
  }

  /// Sockets that are open.
  int size() {
    return sockets.size();
  }

  @Override
  public void configureSocket(SocketChannel socket) {
    options.configureSocket(socket);
    sockets.put(socket, new Entry());
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    SocketAddress peer = context.remotePeer().address(); // null where it was closed meanwhile
    for (Map.Entry<SocketChannel, Entry> socket : sockets.entrySet()) {
      if (socket.getValue().connection.isEmpty() && address(socket.getKey()).equals(peer)) {
        GuardedConnection guarded = new GuardedConnection(context, limits, socket.getKey());
        socket.getValue().connection = Optional.of(guarded);
        return new Watched(http.connection(guarded), guarded, socket.getValue());
      }
    }
    throw new io.helidon.webserver.CloseConnectionException("a socket that is closed already");
  }

  private static Optional<SocketAddress> remote(SocketChannel socket) {
    try {
      return Optional.ofNullable(socket.getRemoteAddress());
    } catch (IOException closed) {
      return Optional.empty();
    }
  }

  private static Object address(SocketChannel socket) {
    return remote(socket).<Object>map(address -> address).orElse(socket);
  }

  /// Closes what took too long and forgets what is closed; to be called about once a second.
  void sweep() {
    long now = System.nanoTime();
    sockets.forEach((socket, entry) -> {
      boolean isLate =
          entry
              .connection
              .map(connection -> connection.isLate(now))
              .orElse(now - entry.acceptedNanos > limits.headerTime().toNanos());
      boolean isLeft =
          entry.finishedNanos != 0 && now - entry.finishedNanos > Duration.ofSeconds(1).toNanos();
      if (isLate || isLeft || !socket.isOpen()) {
        close(socket);
        sockets.remove(socket);
      }
    });
  }

  /// Closes all sockets.
  void close() {
    sockets.keySet().forEach(SocketGuard::close);
    sockets.clear();
  }

  private static void close(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException closed) {
      // it is closed in any case
    }
  }

  /// A connection of the protocol, between its beginning and its end.
  private record Watched(ServerConnection http, GuardedConnection guarded, Entry entry)
      implements ServerConnection {
    @Override
    public void handle(Limit limit) throws InterruptedException {
      guarded.begin();
      try {
        http.handle(limit);
      } finally {
        guarded.end();
        entry.finishedNanos = System.nanoTime();
      }
    }

    @Override
    public Duration idleTime() {
      return http.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      http.close(interrupt);
    }
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http.supportedApplicationProtocols();
  }

  @Override
  public Map<SocketOption<?>, Object> socketOptions() {
    return options.socketOptions();
  }

  @Override
  public Duration connectTimeout() {
    return options.connectTimeout();
  }

  @Override
  public Duration readTimeout() {
    return options.readTimeout();
  }

  @Override
  public Optional<Integer> socketReceiveBufferSize() {
    return options.socketReceiveBufferSize();
  }

  @Override
  public Optional<Integer> socketSendBufferSize() {
    return options.socketSendBufferSize();
  }

  @Override
  public boolean socketReuseAddress() {
    return options.socketReuseAddress();
  }

  @Override
  public boolean socketKeepAlive() {
    return options.socketKeepAlive();
  }

  @Override
  public boolean tcpNoDelay() {
    return options.tcpNoDelay();
  }
}
