package dev.freehold.cli.exit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/// What depends on vendors, and what would take their place.
///
/// @param days of the ledger that were looked at
/// @param machine what the speeds are of
/// @param power what a kilowatt-hour costs, where that is known
public record Plan(double days, String machine, Optional<Power> power, List<RoutePlan> routes) {
  /// The price of a kilowatt-hour.
  public record Power(double perKilowattHour, String currency) {}

  /// A route.
  ///
  /// @param vendors of its targets in the file
  /// @param own its targets on machines of one's own, the last resort too
  public record RoutePlan(
      String name,
      RouteUse use,
      SortedSet<String> vendors,
      List<String> own,
      Map<String, String> ends,
      List<Substitute> substitutes) {
    public RoutePlan {
      own = List.copyOf(own);
      substitutes = List.copyOf(substitutes);
    }

    /// What would happen without its vendors.
    public String dependence() {
      if (vendors.isEmpty()) {
        return "no vendor";
      }
      String named = String.join(", ", vendors);
      String rest =
          own.isEmpty() ? "then nobody answers" : "then " + String.join(", ", own) + " answers";
      return vendors.size() == 1
          ? "%s alone; %s".formatted(named, rest)
          : "%s; each may fail, %s when all do".formatted(named, rest);
    }
  }

  /// A model that might take a route.
  ///
  /// @param lacks why it cannot; empty where it could
  /// @param score how good it was at this route's recorded traffic, or how to know
  public record Substitute(
      String model, List<String> lacks, Optional<Speeds> speeds, String score) {
    public Substitute {
      lacks = List.copyOf(lacks);
    }
  }

  public Plan {
    routes = List.copyOf(routes);
  }
}
