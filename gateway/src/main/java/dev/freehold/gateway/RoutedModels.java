package dev.freehold.gateway;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.chat.TokenBackend;
import dev.freehold.gateway.route.Route;
import dev.freehold.gateway.route.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The routes beside the models of the engine, as those who list, load and count see them.
///
/// Tokens of a route are counted by the engine's model among its targets: vendors do not give away
/// how they count, so the number is near and not exact where a vendor answers.
public final class RoutedModels implements ModelAdmin, TokenBackend {
  private final Gateway gateway;
  private final ModelAdmin models;
  private final TokenBackend tokens;
  private final Instant started;

  /// @param started since when the routes are there
  public RoutedModels(Gateway gateway, ModelAdmin models, TokenBackend tokens, Instant started) {
    this.gateway = gateway;
    this.models = models;
    this.tokens = tokens;
    this.started = started;
  }

  private Optional<Route> route(String name) {
    return Optional.ofNullable(gateway.routes().routes().get(name));
  }

  @Override
  public List<ServedModel> models() {
    List<ServedModel> all = new ArrayList<>();
    gateway.routes().routes().values().forEach(route -> all.add(told(route)));
    models.models().stream().filter(model -> route(model.name()).isEmpty()).forEach(all::add);
    return all;
  }

  private ServedModel told(Route route) {
    String targets = route.targets().stream().map(Target::id).collect(Collectors.joining(", "));
    return new ServedModel(
        route.name(), "route to " + targets, started, 0, Optional.empty(), Optional.empty());
  }

  @Override
  public ServedModel show(String name) {
    return route(name).map(this::told).orElseGet(() -> models.show(name));
  }

  @Override
  public void load(String name, Optional<Duration> keepAlive) {
    if (route(name).isEmpty()) {
      models.load(name, keepAlive);
    }
  }

  @Override
  public void unload(String name) {
    if (route(name).isEmpty()) {
      models.unload(name);
    }
  }

  @Override
  public List<Integer> tokenize(String model, String text) {
    return tokens.tokenize(counting(model), text);
  }

  @Override
  public String detokenize(String model, List<Integer> ids) {
    return tokens.detokenize(counting(model), ids);
  }

  @Override
  public int countTokens(ChatRequest request) {
    return tokens.countTokens(request.withModel(counting(request.model())));
  }

  private String counting(String model) {
    Optional<Route> route = route(model);
    if (route.isEmpty()) {
      return model;
    }
    return route.get().targets().stream()
        .filter(target -> target.backend().isEngine())
        .findFirst()
        .map(Target::model)
        .orElseThrow(() ->
            new ChatException(
                Kind.NOT_SUPPORTED,
                "model",
                "the route %s has no target in this process, which alone can count tokens"
                    .formatted(model)));
  }
}
