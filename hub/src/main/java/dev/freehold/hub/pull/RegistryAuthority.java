package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Gets tokens of a registry where it asks for them.
///
/// A registry says itself whom to ask for a token, which would let one collect the passwords of
/// another. So nothing is asked of a realm but one at the registry's own host, one that is known to
/// be the registry's, or one that the user names; tokens go to the registry's origin alone; and the
/// scope is what is needed here, whatever the registry asks for. Source: the token specification of
/// the distribution project.
final class RegistryAuthority implements Authority {
  private static final long MAX_ANSWER = 1 << 18;
  private static final int MAX_TOKEN = 1 << 15;
  private static final int MAX_CHALLENGE = 4096;
  private static final Pattern PARAMETER = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final Map<String, String> KNOWN_REALMS =
      Map.of(
          "registry-1.docker.io", "auth.docker.io",
          "registry.gitlab.com", "gitlab.com");

  private final URI registry;
  private final Optional<RegistryLogin> login;
  private final Set<String> realmHosts;
  private final String scope;
  private final Web web;
  private volatile Optional<String> header = Optional.empty();

  /// @param realmHosts that the user trusts to give tokens
  /// @param scope what is asked for
  /// @param web without an authority of its own
  RegistryAuthority(
      URI registry, Optional<RegistryLogin> login, Set<String> realmHosts, String scope, Web web) {
    this.registry = registry;
    this.login = login;
    this.realmHosts = Set.copyOf(realmHosts);
    this.scope = scope;
    this.web = web;
  }

  @Override
  public Optional<String> header(URI address) {
    return Addresses.sameOrigin(registry, address) ? header : Optional.empty();
  }

  @Override
  public synchronized boolean renew(Answer refusal, Optional<String> used)
      throws IOException, InterruptedException {
    if (!Addresses.sameOrigin(registry, refusal.address())) {
      return false;
    }
    if (!used.equals(header)) {
      return true;
    }
    String challenge = refusal.header("www-authenticate").orElse("");
    String scheme = challenge.strip().split(" ", 2)[0].toLowerCase(Locale.ROOT);
    Optional<String> found =
        switch (scheme) {
          case "basic" -> login.map(RegistryLogin::header);
          case "bearer" -> Optional.of("Bearer " + token(parameters(challenge)));
          default -> Optional.empty();
        };
    boolean isNew = found.isPresent() && !found.equals(header);
    if (isNew) {
      header = found;
    }
    return isNew;
  }

  @Override
  public String advice() {
    return login.isPresent()
        ? "the login that is kept for it does not open it"
        : "log in first, with \"docker login\" or \"oras login\"; see docs/registry.md";
  }

  private static Map<String, String> parameters(String challenge) {
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher =
        PARAMETER.matcher(challenge.substring(0, Math.min(MAX_CHALLENGE, challenge.length())));
    while (matcher.find()) {
      parameters.putIfAbsent(matcher.group(1), matcher.group(2));
    }
    return parameters;
  }

  private String token(Map<String, String> challenge) throws IOException, InterruptedException {
    URI realm = realm(challenge.getOrDefault("realm", ""));
    StringBuilder query = new StringBuilder("?scope=" + Addresses.escaped(scope, false));
    String service = challenge.getOrDefault("service", "");
    if (!service.isEmpty()) {
      query.append("&service=").append(Addresses.escaped(service, false));
    }
    URI address = URI.create(Addresses.shown(realm) + query);
    Map<String, String> headers = new HashMap<>();
    login.ifPresent(known -> headers.put("Authorization", known.header()));
    try (Answer answer = web.send(new Web.Call("GET", address, headers))) {
      if (answer.status() != 200) {
        throw new HubException(
            "%s gives no token (status %d)%s"
                .formatted(
                    realm.getHost(),
                    answer.status(),
                    login.isPresent()
                        ? "; the login that was sent is not accepted"
                        : "; log in to the registry first, \"docker login\" or \"oras login\""));
      }
      byte[] bytes = answer.body().bytes(MAX_ANSWER);
      JsonNode root = Documents.json(bytes, "the token of " + realm.getHost());
      String token = root.path("token").asString(root.path("access_token").asString(""));
      if (token.isEmpty()
          || token.length() > MAX_TOKEN
          || !token.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
        throw new HubException(realm.getHost() + " answers without a token that can be used");
      }
      return token;
    } catch (TimedBody.TooLong failure) {
      throw new HubException(realm.getHost() + ": the token has " + failure.getMessage(), failure);
    }
  }

  private URI realm(String text) {
    if (text.isEmpty()) {
      throw new HubException(
          registry.getHost() + " asks for a token and names no host that gives it");
    }
    URI realm;
    try {
      realm = new URI(text);
    } catch (URISyntaxException e) {
      throw new HubException(
          registry.getHost() + " asks for a token of what is no address: refused", e);
    }
    Addresses.require(realm);
    String host = realm.getHost().toLowerCase(Locale.ROOT);
    String own = registry.getHost().toLowerCase(Locale.ROOT);
    boolean isOwn = host.equals(own) && !isDowngrade(realm);
    if (!isOwn && !host.equals(KNOWN_REALMS.get(own)) && !realmHosts.contains(host)) {
      throw new HubException(
          "%s asks for a token of another host, %s: refused, since it could collect passwords so;"
                  .formatted(own, host)
              + " if that host is its own, set FREEHOLD_REGISTRY_REALMS="
              + host);
    }
    return realm;
  }

  private boolean isDowngrade(URI realm) {
    return registry.getScheme().equals("https") && !realm.getScheme().equals("https");
  }
}
