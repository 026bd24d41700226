package dev.freehold.gateway.upstream;

import dev.freehold.chat.Cancellation;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The way to servers, so that a simulation can have its own.
///
/// Failures: [dev.freehold.gateway.failure.AttemptException] where there is no connection, it
/// breaks, or nothing comes in time; [dev.freehold.gateway.failure.CancelledException].
public interface Network {
  /// Sends a request and returns when the head of the answer is there.
  ///
  /// @param most how long that may take
  Reply send(Call call, Duration most, Cancellation cancellation);

  /// A request: `POST`, or `GET` where there is nothing to send.
  ///
  /// @param headers may hold a key
  record Call(URI uri, Map<String, String> headers, byte[] body) {
    public Call {
      headers = Map.copyOf(headers);
    }

    String method() {
      return body.length == 0 ? "GET" : "POST";
    }

    @Override
    public String toString() {
      return method() + " " + uri;
    }
  }

  /// An answer whose body is read piece by piece.
  interface Reply extends AutoCloseable {
    int status();

    /// The value of a header; the first where there are several.
    Optional<String> header(String name);

    /// The next bytes of the body; empty at its end.
    ///
    /// @param most how long to wait for them
    Optional<byte[]> next(Duration most);

    /// Ends the connection where the body was not read to its end.
    @Override
    void close();
  }
}
