package dev.freehold.gateway;

import dev.freehold.gateway.engine.EngineEnvironment;
import dev.freehold.gateway.engine.EngineRegister;
import dev.freehold.gateway.engine.EngineSpec;
import dev.freehold.gateway.engine.SupervisedEngine;
import dev.freehold.gateway.upstream.Networks;
import dev.freehold.gateway.upstream.Settings;
import dev.freehold.gateway.upstream.Shape;
import dev.freehold.gateway.upstream.Way;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// A program that looks after an engine until it is killed.
final class KilledOwner {
  private KilledOwner() {}

  /// @param arguments a folder for the register, and the engine's command
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    List<String> command = Arrays.asList(arguments).subList(1, arguments.length);
    EngineSpec spec =
        new EngineSpec(
            "slow",
            command,
            Shape.OPENAI,
            Settings.DEFAULT,
            "/v1",
            "/health",
            Duration.ofMinutes(1),
            folder.resolveSibling("slow.log"));
    Networks networks = new Networks();
    SupervisedEngine engine =
        new SupervisedEngine(
            spec,
            networks.of(Way.direct(Duration.ofSeconds(5))),
            new WallTime(Clock.systemUTC()),
            System.out::println,
            EngineRegister.in(folder),
            new EngineEnvironment());
    Thread.currentThread().join();
    engine.close();
  }
}
