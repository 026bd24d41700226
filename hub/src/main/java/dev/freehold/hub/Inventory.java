package dev.freehold.hub;

import java.util.ArrayList;
import java.util.List;

/// What a look at a model store gives: the models, and what could not be read and why.
public record Inventory(List<FoundModel> models, List<String> problems) {
  public Inventory {
    models = List.copyOf(models);
    problems = List.copyOf(problems);
  }

  /// The models and problems of both, these first.
  public Inventory and(Inventory other) {
    List<FoundModel> allModels = new ArrayList<>(models);
    allModels.addAll(other.models);
    List<String> allProblems = new ArrayList<>(problems);
    allProblems.addAll(other.problems);
    return new Inventory(allModels, allProblems);
  }

  static Inventory empty() {
    return new Inventory(List.of(), List.of());
  }
}
