package dev.freehold.agent.sandbox.proxy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads which server a TLS client asks for, from the first record that it sends.
///
/// Source: RFC 8446, section 4.1.2; RFC 6066, section 3.
final class ClientHello {
  static final int RECORD_HEADER_BYTES = 5;
  static final int MAX_RECORD_BYTES = 1 << 14;

  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int SERVER_NAME = 0;
  private static final int RANDOM_AND_VERSION_BYTES = 34;

  private ClientHello() {}

  /// How long the record is, from its header.
  static int length(ByteBuffer header) {
    int type = header.get(0);
    int length = header.getShort(3) & 0xffff;
    if (type != HANDSHAKE || header.get(1) != 3 || length == 0 || length > MAX_RECORD_BYTES) {
      throw new RefusedException(403, "only TLS is passed on through CONNECT");
    }
    return length;
  }

  /// @param record without its header
  static HostName server(ByteBuffer record) {
    try {
      if (record.get() != CLIENT_HELLO) {
        throw new RefusedException(403, "a TLS client did not begin with its hello");
      }
      ByteBuffer hello = part(record, (record.get() & 0xff) << 16 | record.getShort() & 0xffff);
      skip(hello, RANDOM_AND_VERSION_BYTES);
      skip(hello, hello.get() & 0xff);
      skip(hello, hello.getShort() & 0xffff);
      skip(hello, hello.get() & 0xff);
      ByteBuffer extensions = part(hello, hello.getShort() & 0xffff);
      while (extensions.hasRemaining()) {
        int type = extensions.getShort() & 0xffff;
        ByteBuffer extension = part(extensions, extensions.getShort() & 0xffff);
        if (type == SERVER_NAME) {
          return name(part(extension, extension.getShort() & 0xffff));
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new RefusedException(403, "a TLS client's hello is cut or spread over records");
    }
    throw new RefusedException(403, "a TLS client did not say which server it asks for");
  }

  private static HostName name(ByteBuffer names) {
    if (names.get() != 0) {
      throw new RefusedException(403, "a TLS client asks for a server by something else than name");
    }
    ByteBuffer name = part(names, names.getShort() & 0xffff);
    if (names.hasRemaining()) {
      throw new RefusedException(403, "a TLS client asks for several servers");
    }
    byte[] bytes = new byte[name.remaining()];
    name.get(bytes);
    return HostName.of(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  private static void skip(ByteBuffer buffer, int bytes) {
    buffer.position(buffer.position() + bytes);
  }

  private static ByteBuffer part(ByteBuffer buffer, int bytes) {
    ByteBuffer part = buffer.slice(buffer.position(), checked(buffer, bytes));
    skip(buffer, bytes);
    return part;
  }

  private static int checked(ByteBuffer buffer, int bytes) {
    if (bytes > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    return bytes;
  }
}
