package dev.freehold.cli;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.Credentials;
import dev.freehold.hub.pull.ProxyRules;
import dev.freehold.hub.pull.PullFolders;
import dev.freehold.hub.pull.PullSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the environment says about hubs: addresses, token, proxies, folders, and whether the
/// network may be used.
record HubEnvironment(Map<String, String> environment, Path home) {
  private static final long MAX_TOKEN_BYTES = 4096;

  static HubEnvironment of(Surroundings surroundings) {
    return new HubEnvironment(surroundings.environment(), surroundings.home());
  }

  /// Whether `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE` forbids the network.
  boolean isOffline() {
    return isSet("HF_HUB_OFFLINE") || isSet("TRANSFORMERS_OFFLINE");
  }

  private boolean isSet(String variable) {
    return List.of("1", "true", "yes", "on")
        .contains(environment.getOrDefault(variable, "").strip().toLowerCase(Locale.ROOT));
  }

  PullFolders folders() {
    return PullFolders.of(environment, home);
  }

  /// Whom to ask and how.
  ///
  /// @throws CliException where a variable holds what cannot be used; a token is never shown
  PullSettings settings(int connections) {
    URI huggingFace = address("HF_ENDPOINT", PullSettings.HUGGING_FACE);
    try {
      return new PullSettings(
          huggingFace,
          address("FREEHOLD_OLLAMA_REGISTRY", PullSettings.OLLAMA),
          token().map(token -> new Credentials(huggingFace, token)),
          ProxyRules.of(environment),
          connections,
          PullSettings.Patience.DEFAULT);
    } catch (HubException failure) {
      throw new CliException(String.valueOf(failure.getMessage()), failure);
    }
  }

  private URI address(String variable, URI otherwise) {
    String value = environment.getOrDefault(variable, "").strip();
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      return new URI(value.replaceFirst("/+$", ""));
    } catch (URISyntaxException e) {
      throw new CliException(variable + ": expected an address such as " + otherwise, e);
    }
  }

  /// `HF_TOKEN`, or what the file at `HF_TOKEN_PATH` holds, or `token` in Hugging Face's folder.
  private Optional<String> token() {
    if (isSet("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return Optional.empty();
    }
    for (String variable : List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
      String value = environment.getOrDefault(variable, "").strip();
      if (!value.isEmpty()) {
        return Optional.of(value);
      }
    }
    String path = environment.getOrDefault("HF_TOKEN_PATH", "");
    Path file =
        path.isBlank() ? PullFolders.home(environment, home).resolve("token") : Path.of(path);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > MAX_TOKEN_BYTES) {
        throw new CliException(file + ": too long for a token");
      }
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (IOException failure) {
      throw new CliException(file + ": the token cannot be read", failure);
    }
  }
}
