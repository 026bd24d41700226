package dev.freehold.server;

/// A method and path that a dialect answers.
///
/// @param path with placeholders for single segments, as `/v1/models/{id}`; `{id...}` as the last
///   one takes the rest with its slashes
/// @param header a request header that must be there for this route to be taken, where two dialects
///   share a path; empty where none is needed
public record Route(String method, String path, Access access, String header, Handler handler) {
  /// Answers a request.
  @FunctionalInterface
  public interface Handler {
    /// @throws dev.freehold.chat.ChatException or [ServerException], which the server turns into
    ///   the dialect's error, before or within a stream
    void handle(Exchange exchange);
  }

  public static Route get(String path, Access access, Handler handler) {
    return new Route("GET", path, access, "", handler);
  }

  public static Route post(String path, Access access, Handler handler) {
    return new Route("POST", path, access, "", handler);
  }

  /// The same route, taken only where the request has a header of this name.
  public Route onlyWith(String newHeader) {
    return new Route(method, path, access, newHeader, handler);
  }
}
