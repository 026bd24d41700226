package dev.freehold.model;

import dev.freehold.kernel.RopeTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The rotation tables of a model, one for each kind of rotary embedding in it, filled once per
/// step.
final class PositionTables {
  private final int maxTokens;
  private final List<Positions.Rotary> kinds = new ArrayList<>();
  private final List<RopeTable> tables = new ArrayList<>();

  PositionTables(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  RopeTable table(Positions.Rotary rotary) {
    for (int i = 0; i < kinds.size(); i++) {
      // Mostly the same one: a record's own comparison is linked at its first use in each process.
      if (Objects.equals(kinds.get(i), rotary)) {
        return tables.get(i);
      }
    }
    kinds.add(rotary);
    tables.add(RopeFrequencies.table(rotary, maxTokens));
    return tables.getLast();
  }

  /// Fills the tables for the tokens of a step.
  void set(Step step) {
    for (int i = 0; i < tables.size(); i++) {
      for (int part = 0; part < step.parts(); part++) {
        for (int t = 0; t < step.count(part); t++) {
          tables.get(i).set(step.firstRow(part) + t, step.position(part) + t);
        }
      }
    }
  }
}
