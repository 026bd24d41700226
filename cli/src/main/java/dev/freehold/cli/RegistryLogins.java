package dev.freehold.cli;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.RegistryLogin;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What this user's files say of logins at registries: those that `docker login`, `oras login` and
/// `podman login` write. Programs that keep passwords are not started.
record RegistryLogins(Surroundings surroundings) {
  private static final long MAX_BYTES = 1 << 20;
  private static final String DOCKERS = "https://index.docker.io/v1/";

  /// The login that is kept for a registry.
  ///
  /// @throws CliException where the file cannot be read; a password is never shown
  Optional<RegistryLogin> find(String host) {
    for (Path file : files()) {
      if (Files.isRegularFile(file)) {
        Optional<RegistryLogin> found = in(file, host);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /// Hosts that may be asked for tokens beside the registry's own.
  Set<String> realms() {
    String named = surroundings.environment().getOrDefault("FREEHOLD_REGISTRY_REALMS", "");
    return Arrays.stream(named.split(","))
        .map(host -> host.strip().toLowerCase(Locale.ROOT))
        .filter(host -> !host.isEmpty())
        .collect(Collectors.toSet());
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    variable("REGISTRY_AUTH_FILE").ifPresent(file -> files.add(Path.of(file)));
    files.add(
        variable("DOCKER_CONFIG")
            .map(Path::of)
            .orElse(surroundings.home().resolve(".docker"))
            .resolve("config.json"));
    variable("XDG_RUNTIME_DIR")
        .ifPresent(folder -> files.add(Path.of(folder).resolve("containers/auth.json")));
    return files;
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(surroundings.environment().get(name))
        .filter(value -> !value.isBlank());
  }

  private static Optional<RegistryLogin> in(Path file, String host) {
    JsonNode logins;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CliException(file + ": too long for a file of logins");
      }
      logins = StrictJson.parse(Files.readAllBytes(file), file.toString()).path("auths");
    } catch (IOException | TensorException failure) {
      throw new CliException(file + ": the logins cannot be read", failure);
    }
    List<String> names =
        host.equals("docker.io") ? List.of(DOCKERS, host) : List.of(host, "https://" + host);
    for (String name : names) {
      String both = logins.path(name).path("auth").asString("");
      if (!both.isEmpty()) {
        return Optional.of(login(file, both));
      }
    }
    return Optional.empty();
  }

  private static RegistryLogin login(Path file, String base64) {
    try {
      String both = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      int colon = both.indexOf(':');
      if (colon > 0) {
        return new RegistryLogin(both.substring(0, colon), both.substring(colon + 1));
      }
    } catch (IllegalArgumentException | HubException noLogin) {
      // what it holds is not repeated
    }
    throw new CliException(file + ": a login in it is not of the form that docker login writes");
  }
}
