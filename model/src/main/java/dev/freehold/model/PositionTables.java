package dev.freehold.model;

import dev.freehold.kernel.RopeTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The rotation tables of a model, one for each kind of rotary embedding in it, filled once per
/// step.
final class PositionTables {
  private final int maxTokens;
  private final Map<Positions.Rotary, RopeTable> byKind = new HashMap<>();
  private final List<RopeTable> tables = new ArrayList<>();

  PositionTables(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  RopeTable table(Positions.Rotary rotary) {
    return byKind.computeIfAbsent(
        rotary,
        kind -> {
          RopeTable table = RopeFrequencies.table(kind, maxTokens);
          tables.add(table);
          return table;
        });
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
