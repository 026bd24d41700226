package dev.freehold.gateway;

import dev.freehold.gateway.upstream.Shape;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// A vendor that speaks HTTP/2 and ends its streams in the ways that only HTTP/2 has.
final class FakeHttp2 implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int GO_AWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int ACK = 1;

  final AtomicInteger requests = new AtomicInteger();
  private final SSLServerSocket socket;
  private final Shape shape;
  private final Ending ending;

  /// How a stream ends after its first tokens.
  enum Ending {
    RESET_AT_ONCE,
    RESET_IN_MIDDLE,
    GO_AWAY_IN_MIDDLE
  }

  FakeHttp2(SSLServerSocket socket, Shape shape, Ending ending) {
    this.shape = shape;
    this.socket = socket;
    this.ending = ending;
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    Thread.startVirtualThread(this::listen);
  }

  int port() {
    return socket.getLocalPort();
  }

  private void listen() {
    while (!socket.isClosed()) {
      try {
        Socket accepted = socket.accept();
        Thread.startVirtualThread(() -> serve((SSLSocket) accepted));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(SSLSocket accepted) {
    try (accepted) {
      DataInputStream in = new DataInputStream(accepted.getInputStream());
      DataOutputStream out = new DataOutputStream(accepted.getOutputStream());
      in.readNBytes(24); // the preface
      frame(out, SETTINGS, 0, 0, new byte[0]);
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        if (in.readNBytes(length).length < length) {
          throw new EOFException();
        }
        if (type == SETTINGS && flags != ACK) {
          frame(out, SETTINGS, ACK, 0, new byte[0]);
        }
        if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
          requests.incrementAndGet();
          answer(out, stream);
        }
      }
    } catch (IOException gone) {
      // the client went away
    }
  }

  private void answer(DataOutputStream out, int stream) throws IOException {
    if (ending == Ending.RESET_AT_ONCE) {
      frame(out, RESET, 0, stream, new byte[] {0, 0, 0, 2});
      return;
    }
    byte[] type = "text/event-stream".getBytes(StandardCharsets.US_ASCII);
    byte[] head = new byte[4 + type.length];
    head[0] = (byte) 0x88; // :status 200
    head[1] = 0x0f; // content-type, index 31, not to be indexed
    head[2] = 16;
    head[3] = (byte) type.length;
    System.arraycopy(type, 0, head, 4, type.length);
    frame(out, HEADERS, END_HEADERS, stream, head);
    for (int i = 0; i < 5; i++) {
      frame(out, DATA, 0, stream, event(i).getBytes(StandardCharsets.US_ASCII));
    }
    switch (ending) {
      case RESET_AT_ONCE, RESET_IN_MIDDLE -> frame(out, RESET, 0, stream, new byte[] {0, 0, 0, 2});
      case GO_AWAY_IN_MIDDLE -> {
        frame(out, GO_AWAY, 0, 0, new byte[] {0, 0, 0, 0, 0, 0, 0, 0});
        throw new EOFException("gone");
      }
    }
  }

  /// The events with a token, and with what must come before it.
  private String event(int token) {
    if (shape == Shape.OPENAI) {
      return "data: {\"choices\":[{\"delta\":{\"content\":\"w%d \"}}]}\n\n".formatted(token);
    }
    String begin =
        """
        event: message_start
        data: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        """;
    String delta =
        """
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"w%d "}}

        """
            .formatted(token);
    return token == 0 ? begin + delta : delta;
  }

  private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
      throws IOException {
    out.writeByte(0);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
