package dev.freehold.vault.registry;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A model in a registry: `oci://host[:port]/repository[:tag][@sha256:digest]`.
///
/// Registries are asked by https; only those of this machine itself, `localhost` and loopback
/// addresses, by plain http.
///
/// @param host with its port, where it has one
/// @param tag what moves; `latest` where neither it nor a digest is given
/// @param digest what does not
public record RegistryReference(
    String host, String repository, Optional<String> tag, Optional<Digest> digest) {
  /// How references begin.
  public static final String SCHEME = "oci://";

  private static final int MAX_LENGTH = 600;
  private static final int MAX_REPOSITORY = 255;
  private static final Pattern HOST =
      Pattern.compile("(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:]+\\])(?::\\d{1,5})?");
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

  /// Reads a reference as people write it.
  ///
  /// @throws VaultException where it is none
  public static RegistryReference parse(String text) {
    if (!text.startsWith(SCHEME) || text.length() > MAX_LENGTH) {
      throw refused(text, "it must begin with oci:// and be no longer than " + MAX_LENGTH);
    }
    String rest = text.substring(SCHEME.length());
    Optional<Digest> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Optional.of(Digest.parse(rest.substring(at + 1)));
      rest = rest.substring(0, at);
    }
    int slash = rest.indexOf('/');
    if (slash < 0) {
      throw refused(text, "a repository is missing after the host");
    }
    String host = rest.substring(0, slash).toLowerCase(Locale.ROOT);
    String path = rest.substring(slash + 1);
    int colon = path.lastIndexOf(':');
    Optional<String> tag =
        colon >= 0
            ? Optional.of(path.substring(colon + 1))
            : digest.isPresent() ? Optional.empty() : Optional.of("latest");
    String repository = colon >= 0 ? path.substring(0, colon) : path;
    if (!HOST.matcher(host).matches()) {
      throw refused(text, "\"host\" or \"host:port\" is expected after oci://");
    }
    if (!REPOSITORY.matcher(repository).matches() || repository.length() > MAX_REPOSITORY) {
      throw refused(
          text, "a repository has small letters, digits and single . _ - in parts joined by /");
    }
    if (!tag.map(t -> TAG.matcher(t).matches()).orElse(true)) {
      throw refused(text, "a tag has letters, digits and . _ -, at most 128");
    }
    return new RegistryReference(host, repository, tag, digest);
  }

  /// The address of the registry; Docker's has another name than people give it.
  public URI address() {
    String plain = host.replaceFirst(":\\d+$", "");
    boolean isHere = LOOPBACK.contains(plain);
    String asked = host.equals("docker.io") ? "registry-1.docker.io" : host;
    return URI.create((isHere ? "http://" : "https://") + asked);
  }

  /// The path of the repository at the registry.
  public String path() {
    boolean isDockers = host.equals("docker.io") && repository.indexOf('/') < 0;
    return isDockers ? "library/" + repository : repository;
  }

  /// What a manifest is asked by: the digest, which cannot move, before the tag.
  String asked() {
    return digest.map(Digest::toString).or(() -> tag).orElseThrow();
  }

  /// The repository without tag and digest, by which it is remembered.
  String source() {
    return SCHEME + host + "/" + repository;
  }

  @Override
  public String toString() {
    return source() + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }

  private static VaultException refused(String text, String why) {
    String shown = text.length() > 120 ? text.substring(0, 120) + "..." : text;
    return new VaultException(
        "\"%s\" is no model in a registry, oci://HOST[:PORT]/REPOSITORY[:TAG][@DIGEST]: %s"
            .formatted(shown.replaceAll("\\p{Cntrl}", "?"), why));
  }
}
