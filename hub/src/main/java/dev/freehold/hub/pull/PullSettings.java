package dev.freehold.hub.pull;

import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Whom to ask and how: addresses, token, proxies, patience.
///
/// @param huggingFace the hub, or a mirror of it
/// @param ollama what answers for `registry.ollama.ai`; another host of a name is asked itself
/// @param credentials the hub's token
/// @param proxies which proxy an address is asked through
/// @param connections parts of a file that are fetched at the same time
/// @param patience how long to wait, and how often to try
public record PullSettings(
    URI huggingFace,
    URI ollama,
    Optional<Credentials> credentials,
    ProxySelector proxies,
    int connections,
    Patience patience) {
  /// The Hugging Face hub.
  public static final URI HUGGING_FACE = URI.create("https://huggingface.co");

  /// Ollama's registry.
  public static final URI OLLAMA = URI.create("https://registry.ollama.ai");

  /// How many parts of a file are fetched at the same time where nothing is said.
  public static final int DEFAULT_CONNECTIONS = 8;

  private static final int MAX_CONNECTIONS = 32;

  /// How long to wait, and how often to try.
  ///
  /// @param connect until a connection stands
  /// @param answer until the head of an answer is there
  /// @param stall over which a body must bring 1 KiB per second
  /// @param pause before the second attempt; doubled before each further one
  /// @param attempts in a row that bring nothing, before it is given up
  /// @param longestWait that a server may ask for
  public record Patience(
      Duration connect,
      Duration answer,
      Duration stall,
      Duration pause,
      int attempts,
      Duration longestWait) {
    /// For the open network.
    public static final Patience DEFAULT =
        new Patience(
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            7,
            Duration.ofMinutes(10));
  }

  public PullSettings {
    Addresses.require(huggingFace);
    Addresses.require(ollama);
    if (connections < 1 || connections > MAX_CONNECTIONS) {
      throw new dev.freehold.hub.HubException(
          "connections: expected 1 to %d, found %d".formatted(MAX_CONNECTIONS, connections));
    }
  }

  /// The public hubs, asked directly and without a token.
  public static PullSettings open() {
    return new PullSettings(
        HUGGING_FACE,
        OLLAMA,
        Optional.empty(),
        ProxyRules.none(),
        DEFAULT_CONNECTIONS,
        Patience.DEFAULT);
  }
}
