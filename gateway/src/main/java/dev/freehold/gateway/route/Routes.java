package dev.freehold.gateway.route;

import dev.freehold.gateway.engine.EngineSpec;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The configuration in use: all routes and what holds for all of them.
///
/// @param routes by name
/// @param engine the target that answers for models of this machine that no route names; empty
///   where there is no engine
/// @param localOnlyCallers names of keys whose requests never leave
/// @param engines processes that are to run
/// @param upkeep what the file says beside who answers
public record Routes(
    Map<String, Route> routes,
    Optional<Target> engine,
    Set<String> localOnlyCallers,
    Retrying retrying,
    Set<EngineSpec> engines,
    Upkeep upkeep) {
  /// The route for requests that name no model.
  public static final String DEFAULT = "default";

  /// What the file says beside who answers.
  ///
  /// @param isRecording whether what is asked and answered is kept, word for word
  /// @param retirements the last days of models, by the ids of targets
  /// @param keyVariables names of the environment variables that hold keys
  public record Upkeep(
      boolean isRecording, Map<String, LocalDate> retirements, Set<String> keyVariables) {
    public static final Upkeep NONE = new Upkeep(false, Map.of(), Set.of());

    public Upkeep {
      keyVariables = Set.copyOf(keyVariables);
      retirements = Map.copyOf(retirements);
    }
  }

  public Routes {
    routes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(routes));
    localOnlyCallers = Set.copyOf(localOnlyCallers);
    engines = Set.copyOf(engines);
  }

  /// Routes without anything beside them.
  public Routes(
      Map<String, Route> routes,
      Optional<Target> engine,
      Set<String> localOnlyCallers,
      Retrying retrying,
      Set<EngineSpec> engines) {
    this(routes, engine, localOnlyCallers, retrying, engines, Upkeep.NONE);
  }

  /// The route that a request's model names, or one to the engine alone.
  public Optional<Route> find(String model) {
    Optional<Route> named = Optional.ofNullable(routes.get(model.isEmpty() ? DEFAULT : model));
    return named.or(() -> engine.map(target -> toEngine(model, target)));
  }

  private static Route toEngine(String model, Target engine) {
    Target named =
        new Target(
            engine.backend(),
            model.isEmpty() ? engine.model() : model,
            engine.abilities(),
            engine.context(),
            engine.weight(),
            0);
    return new Route(
        model,
        java.util.List.of(named),
        Route.Order.LISTED,
        false,
        Route.Policy.OPEN,
        new Route.Delivery(false, false, false));
  }
}
