package dev.freehold.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Options of commands that do steps of workflows.
final class WorkflowOptions {
  @Option(
      names = "--gateway",
      paramLabel = "FILE",
      description = "A gateway's file, whose routes steps can name as models.")
  private Optional<Path> gateway = Optional.empty();

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  WorkflowModels models(Surroundings surroundings) {
    return new WorkflowModels(surroundings, arithmetic, gateway);
  }

  Optional<Path> gateway() {
    return gateway;
  }

  ArithmeticOptions arithmetic() {
    return arithmetic;
  }
}
