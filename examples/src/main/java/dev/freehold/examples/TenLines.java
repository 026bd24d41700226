package dev.freehold.examples;

import dev.freehold.api.FreeholdModel;

/// Asks the model that Freehold carries, or the one that is named, and prints as it answers.
public class TenLines {
  public static void main(String... names) {
    try (FreeholdModel model = FreeholdModel.open(names.length == 0 ? "demo" : names[0])) {
      model.stream("What is 48 + 36?", System.out::print);
      System.out.println();
    }
  }
}
