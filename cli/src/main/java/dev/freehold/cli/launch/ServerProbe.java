package dev.freehold.cli.launch;

import dev.freehold.cli.CliException;
import dev.freehold.cli.Exit;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Asks a server which models it has, and how large a model's context is there.
///
/// Failures: a [CliException] that says what answers instead, and how to start a server.
public final class ServerProbe {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /// A large model may have to be read from a slow disk first.
  private static final Duration LOADING = Duration.ofMinutes(10);

  private static final int MAX_BYTES = 4 << 20;
  private static final int SHOWN_NAMES = 20;
  private static final StrictJson.Limits LIMITS = StrictJson.Limits.DEFAULT.withMaxBytes(MAX_BYTES);

  private final URI server;
  private final Optional<Target.Key> key;

  /// @param server address without a path
  public ServerProbe(URI server, Optional<Target.Key> key) {
    this.server = server;
    this.key = key;
  }

  /// What a client is to use: the named model, or the one that the server answers with where a
  /// request names none. The model is loaded by this, which tells its context.
  public Target target(Optional<String> model) {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build()) {
      List<String> names = models(http);
      String chosen = model.orElseGet(names::getFirst);
      if (!names.contains(chosen)) {
        List<String> shown = names.subList(0, Math.min(SHOWN_NAMES, names.size()));
        throw new CliException(
            Exit.FAILURE,
            "%s has no model \"%s\"".formatted(server, chosen),
            "It has: " + String.join(", ", shown) + (shown.size() < names.size() ? ", ..." : ""));
      }
      return new Target(server, chosen, context(http, chosen), key);
    }
  }

  private List<String> models(HttpClient http) {
    JsonNode body = send(http, request("/v1/models", ANSWER).GET().build(), "models");
    List<String> names = new ArrayList<>();
    for (JsonNode model : body.path("data")) {
      if (!model.path("owned_by").asString("").equals("freehold")) {
        throw stranger("its models are not Freehold's");
      }
      names.add(model.path("id").asString(""));
    }
    if (names.isEmpty()) {
      throw stranger("it tells of no models");
    }
    return names;
  }

  private int context(HttpClient http, String model) {
    String body =
        JsonNodeFactory.instance.objectNode().put("model", model).put("prompt", "a").toString();
    HttpRequest request =
        request("/tokenize", LOADING)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    int context = send(http, request, "model " + model).path("max_model_len").asInt(0);
    if (context < 1) {
      throw stranger("it does not tell the context of " + model);
    }
    return context;
  }

  private HttpRequest.Builder request(String path, Duration timeout) {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path)).timeout(timeout);
    key.ifPresent(found -> request.header("Authorization", "Bearer " + found.value()));
    return request;
  }

  private JsonNode send(HttpClient http, HttpRequest request, String what) {
    HttpResponse<byte[]> response;
    try {
      response = http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    } catch (IOException failure) {
      throw silent(failure);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CliException(Exit.INTERRUPTED, "stopped", "");
    }
    JsonNode body;
    try {
      body = StrictJson.parse(response.body(), "the answer of " + server, LIMITS);
    } catch (TensorException failure) {
      throw stranger("it answers " + response.statusCode() + " and no JSON");
    }
    if (response.statusCode() == 200) {
      return body;
    }
    String message = body.at("/error/message").asString("");
    if (response.statusCode() == 401) {
      throw new CliException(
          Exit.FAILURE,
          "%s wants another key: %s".formatted(server, message),
          "Set %s to a key that \"freehold keys add NAME\" made, or name its file with --key-file."
              .formatted(Target.Key.VARIABLE));
    }
    throw new CliException(
        "%s: %s: %s".formatted(server, what, message.isEmpty() ? response.statusCode() : message));
  }

  private CliException silent(IOException failure) {
    String reason = failure.getMessage() == null ? "refused" : failure.getMessage();
    return new CliException(
        Exit.FAILURE,
        "no server answers at %s (%s)".formatted(server, reason),
        "Start one in another terminal: freehold serve MODEL --context %d; or name its address"
                .formatted(Client.ENOUGH_CONTEXT)
            + " with --url.");
  }

  private CliException stranger(String reason) {
    return new CliException(
        Exit.FAILURE,
        "what answers at %s is no Freehold server: %s".formatted(server, reason),
        "Name the address that \"freehold serve\" printed with --url.");
  }
}
