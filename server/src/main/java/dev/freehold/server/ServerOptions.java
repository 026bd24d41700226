package dev.freehold.server;

import java.time.Clock;
import java.time.Duration;

/// How the server listens and what it allows.
///
/// @param host address or name to listen at
/// @param port to listen at; 0 for any free one
/// @param clock tells the time
/// @param log takes a line for each request and each answer
public record ServerOptions(
    String host, int port, Security security, Limits limits, Clock clock, RequestLog log) {
  public ServerOptions {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port: expected 0 to 65535, found " + port);
    }
  }

  /// Listens at the loopback address, for this machine only.
  public static ServerOptions loopback(int port, Clock clock) {
    return new ServerOptions(
        "127.0.0.1", port, Security.LOCAL, Limits.DEFAULT, clock, RequestLog.NONE);
  }

  public ServerOptions withLimits(Limits newLimits) {
    return new ServerOptions(host, port, security, newLimits, clock, log);
  }

  public ServerOptions withHost(String newHost) {
    return new ServerOptions(newHost, port, security, limits, clock, log);
  }

  public ServerOptions withSecurity(Security newSecurity) {
    return new ServerOptions(host, port, newSecurity, limits, clock, log);
  }

  public ServerOptions withLog(RequestLog newLog) {
    return new ServerOptions(host, port, security, limits, clock, newLog);
  }

  /// Whether only this machine reaches the server.
  public boolean isLoopback() {
    try {
      return java.net.InetAddress.getByName(host).isLoopbackAddress();
    } catch (java.net.UnknownHostException unknown) {
      throw new ServerException(
          "cannot listen at %s: no such address or name".formatted(host), unknown);
    }
  }

  /// What one connection may take of the server's memory and time.
  ///
  /// @param bodyBytes size of a request's body
  /// @param headerBytes size of its headers and first line
  /// @param headers number of its headers
  /// @param connections connections at a time; more wait to be accepted
  /// @param headerTime from the first byte of a request to the end of its headers
  /// @param bodyTime for a body, and again for each 64 KiB of it
  /// @param idleTime between two requests of a connection
  /// @param writeTime that one piece of an answer may wait for a client that does not read
  /// @param keepAlive after which time a silent stream says that it is alive
  public record Limits(
      int bodyBytes,
      int headerBytes,
      int headers,
      int connections,
      Duration headerTime,
      Duration bodyTime,
      Duration idleTime,
      Duration writeTime,
      Duration keepAlive) {
    public static final Limits DEFAULT =
        new Limits(
            32 << 20,
            32 << 10,
            100,
            4096,
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(45),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10));

    public Limits withBodyBytes(int newBodyBytes) {
      return new Limits(
          newBodyBytes,
          headerBytes,
          headers,
          connections,
          headerTime,
          bodyTime,
          idleTime,
          writeTime,
          keepAlive);
    }

    public Limits withKeepAlive(Duration newKeepAlive) {
      return new Limits(
          bodyBytes,
          headerBytes,
          headers,
          connections,
          headerTime,
          bodyTime,
          idleTime,
          writeTime,
          newKeepAlive);
    }
  }
}
