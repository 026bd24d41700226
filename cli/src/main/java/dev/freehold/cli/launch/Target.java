package dev.freehold.cli.launch;

import java.net.URI;
import java.util.Optional;

/// What a client is to use: a model of a server.
///
/// @param server address without a path, as `http://127.0.0.1:9931`
/// @param model name of the model at that server
/// @param context tokens of prompt and answer together
/// @param key what the server knows the user by, where it wants a key
public record Target(URI server, String model, int context, Optional<Key> key) {
  /// A key, and where it was found, since only the latter is ever printed.
  ///
  /// @param value the key
  /// @param shell how a shell gets it, as `$FREEHOLD_API_KEY`
  public record Key(String value, String shell) {
    /// Where a key is found by default, and how clients are handed it.
    public static final String VARIABLE = "FREEHOLD_API_KEY";

    @Override
    public String toString() {
      return shell;
    }
  }

  /// What is sent where the server wants no key and the client wants to send one.
  static final String NO_KEY = "none";

  private static final int LONGEST_ANSWER = 32_000;
  private static final int SHARE_OF_ANSWER = 4;

  /// Where OpenAI's API is.
  String openAi() {
    return server + "/v1";
  }

  /// Tokens of an answer at most: where the context is small, most of it is left to the prompt.
  int answerTokens() {
    return Math.min(LONGEST_ANSWER, Math.max(1, context / SHARE_OF_ANSWER));
  }

  /// The key as a setting of the environment.
  Setting keySetting() {
    return key.<Setting>map(found -> new Setting.Secret(found.value(), found.shell()))
        .orElse(new Setting.Plain(NO_KEY));
  }
}
