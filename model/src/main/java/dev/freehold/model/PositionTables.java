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

  /// Fills the tables for tokens that stand from `position` on.
  void set(int position, int tokens) {
    for (int i = 0; i < tables.size(); i++) {
      for (int t = 0; t < tokens; t++) {
        tables.get(i).set(t, position + t);
      }
    }
  }
}
