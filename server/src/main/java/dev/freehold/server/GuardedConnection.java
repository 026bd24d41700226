package dev.freehold.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A connection whose socket is read ahead by a thread of its own, into a small bounded buffer.
///
/// So its end is seen at once, also while an answer is computed and nothing is read or written; and
/// each phase of a request has a deadline, however slowly bytes trickle in. A client that closes
/// only its sending side counts as gone too: clients of these APIs do not do that.
final class GuardedConnection implements ConnectionContext {
  private static final int READ_AHEAD = 256 << 10;
  private static final int BODY_UNIT = 64 << 10;

  /// What the connection waits for.
  private enum Phase {
    FIRST_REQUEST,
    NEXT_REQUEST,
    HEADERS,
    BODY
  }

  private final ConnectionContext context;
  private final ServerOptions.Limits limits;
  private final SocketChannel socket;
  private final DataReader reader = DataReader.create(this::next);
  private final GuardedWriter writer;
  private final Peer peer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
  private int waiting;
  private boolean atEnd;
  private @Nullable Runnable whenGone;
  private Phase phase = Phase.FIRST_REQUEST;
  private long deadlineNanos;
  private long bodyBytes;

  GuardedConnection(ConnectionContext context, ServerOptions.Limits limits, SocketChannel socket) {
    this.context = context;
    this.limits = limits;
    this.socket = socket;
    this.writer = new GuardedWriter(context.dataWriter());
    this.peer = new Peer(context.remotePeer(), this);
  }

  /// Begins to read ahead.
  void begin() {
    deadlineNanos = System.nanoTime() + limits.headerTime().toNanos();
    Thread.ofVirtual().name("server-read-ahead").start(this::readAhead);
  }

  /// Whether a write takes too long.
  boolean isLate(long now) {
    long since = writer.sinceNanos;
    return since != 0 && now - since > limits.writeTime().toNanos();
  }

  /// The headers of a request have arrived: its body is next.
  ///
  /// @param newWhenGone is run when the client goes away before [#endRequest]; at once where it is
  ///   gone already
  void beginRequest(Runnable newWhenGone) {
    boolean isGone;
    lock.lock();
    try {
      phase = Phase.BODY;
      bodyBytes = 0;
      deadlineNanos = System.nanoTime() + limits.bodyTime().toNanos();
      whenGone = newWhenGone;
      isGone = atEnd;
    } finally {
      lock.unlock();
    }
    if (isGone) {
      newWhenGone.run();
    }
  }

  /// The answer was sent: the next request may come.
  ///
  /// @param isLast whether one side does not want another
  void endRequest(boolean isLast) {
    lock.lock();
    try {
      atEnd |= isLast;
      phase = Phase.NEXT_REQUEST;
      deadlineNanos = System.nanoTime() + limits.idleTime().toNanos();
      whenGone = null;
    } finally {
      lock.unlock();
    }
  }

  /// Nothing is read any more.
  void end() {
    lock.lock();
    try {
      atEnd = true;
      pieces.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void readAhead() {
    try {
      byte[] piece = context.serverSocket().get();
      while (piece != null && offer(piece)) {
        piece = context.serverSocket().get();
      }
    } catch (RuntimeException closed) {
      // told below, as every other end
    }
    Runnable told;
    lock.lock();
    try {
      atEnd = true;
      told = whenGone;
      whenGone = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (told != null) {
      told.run();
    }
  }

  private boolean offer(byte[] piece) {
    lock.lock();
    try {
      while (waiting > READ_AHEAD && !atEnd) {
        changed.awaitUninterruptibly();
      }
      pieces.add(piece);
      waiting += piece.length;
      changed.signalAll();
      return !atEnd;
    } finally {
      lock.unlock();
    }
  }

  /// The next bytes; null at the end, as the reader wants it.
  private byte @Nullable [] next() {
    lock.lock();
    try {
      while (pieces.isEmpty() && !atEnd) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          throw late();
        }
        changed.await(left, TimeUnit.NANOSECONDS);
      }
      byte[] piece = pieces.poll();
      if (piece != null) {
        waiting -= piece.length;
        changed.signalAll();
        taken(piece.length);
      }
      return piece;
    } catch (InterruptedException stopped) {
      throw new CloseConnectionException("the server stops", stopped);
    } finally {
      lock.unlock();
    }
  }

  private void taken(int bytes) {
    switch (phase) {
      case FIRST_REQUEST, NEXT_REQUEST -> {
        phase = Phase.HEADERS;
        deadlineNanos = System.nanoTime() + limits.headerTime().toNanos();
      }
      case HEADERS -> {}
      case BODY -> {
        long units = bodyBytes / BODY_UNIT;
        bodyBytes += bytes;
        deadlineNanos += (bodyBytes / BODY_UNIT - units) * limits.bodyTime().toNanos();
      }
    }
  }

  private RuntimeException late() {
    return switch (phase) {
      case FIRST_REQUEST, NEXT_REQUEST -> new CloseConnectionException("no request came");
      case HEADERS, BODY ->
          RequestException.builder()
              .type(DirectHandler.EventType.OTHER)
              .status(Status.REQUEST_TIMEOUT_408)
              .message("the request did not arrive in time")
              .setKeepAlive(false)
              .safeMessage(true)
              .build();
    };
  }

  /// Closes the socket at once.
  void kill() {
    try {
      socket.close();
    } catch (IOException closed) {
      // it is closed in any case
    }
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public DataWriter dataWriter() {
    return writer;
  }

  @Override
  public PeerInfo remotePeer() {
    return peer;
  }

  @Override
  public PeerInfo localPeer() {
    return context.localPeer();
  }

  @Override
  public ListenerContext listenerContext() {
    return context.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return context.executor();
  }

  @Override
  public Router router() {
    return context.router();
  }

  @Override
  public HelidonSocket serverSocket() {
    return context.serverSocket();
  }

  @Override
  public boolean isSecure() {
    return context.isSecure();
  }

  @Override
  public String socketId() {
    return context.socketId();
  }

  @Override
  public String childSocketId() {
    return context.childSocketId();
  }

  /// The other side, which leads a request to its connection.
  record Peer(PeerInfo info, GuardedConnection connection) implements PeerInfo {
    @Override
    public SocketAddress address() {
      return info.address();
    }

    @Override
    public String host() {
      return info.host();
    }

    @Override
    public int port() {
      return info.port();
    }

    @Override
    public Optional<Principal> tlsPrincipal() {
      return info.tlsPrincipal();
    }

    @Override
    public Optional<Certificate[]> tlsCertificates() {
      return info.tlsCertificates();
    }
  }

  /// Writes, and knows since when a write waits for the client.
  private static final class GuardedWriter implements DataWriter {
    private final DataWriter out;
    private volatile long sinceNanos;

    GuardedWriter(DataWriter out) {
      this.out = out;
    }

    private void timed(Runnable write) {
      sinceNanos = Math.max(1, System.nanoTime());
      try {
        write.run();
      } finally {
        sinceNanos = 0;
      }
    }

    @Override
    public void write(BufferData... buffers) {
      timed(() -> out.write(buffers));
    }

    @Override
    public void write(BufferData buffer) {
      timed(() -> out.write(buffer));
    }

    @Override
    public void writeNow(BufferData... buffers) {
      timed(() -> out.writeNow(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
      timed(() -> out.writeNow(buffer));
    }

    @Override
    public void flush() {
      timed(out::flush);
    }
  }
}
