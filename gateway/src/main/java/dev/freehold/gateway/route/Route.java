package dev.freehold.gateway.route;

import java.util.List;
import java.util.Locale;

/// A name that clients ask for, and who may answer.
///
/// @param targets in the order of the file
/// @param isSticky whether requests of one conversation go to one target as long as it answers
/// @param policy what must not leave
/// @param delivery how answers are told
public record Route(
    String name,
    List<Target> targets,
    Order order,
    boolean isSticky,
    Policy policy,
    Delivery delivery) {
  /// Which target is asked first.
  public enum Order {
    /// The first of the file.
    LISTED,
    /// Any, by weight.
    WEIGHTED,
    /// That of the least cost.
    CHEAPEST,
    /// That which gave its first token soonest lately.
    FASTEST;

    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What must not leave machines of one's own.
  ///
  /// @param isLocalOnly no request
  /// @param keepsPersonalData none in which personal data are found
  public record Policy(boolean isLocalOnly, boolean keepsPersonalData) {
    public static final Policy OPEN = new Policy(false, false);
  }

  /// How answers are told.
  ///
  /// @param isWhole only when all of it is there
  /// @param continues whether another target goes on with an answer that broke off after its begin
  ///   was told
  /// @param refusalsGoOn whether another target is asked where one declines the prompt
  public record Delivery(boolean isWhole, boolean continues, boolean refusalsGoOn) {
    public static final Delivery USUAL = new Delivery(false, true, false);
  }

  public Route {
    targets = List.copyOf(targets);
  }
}
