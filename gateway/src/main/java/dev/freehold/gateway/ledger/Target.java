package dev.freehold.gateway.ledger;

/// Who is asked: a backend and the model as that backend calls it.
///
/// @param isLocal whether it runs on machines of the user, and not at a vendor
public record Target(String backend, String model, boolean isLocal) {
  public static Target vendor(String backend, String model) {
    return new Target(backend, model, false);
  }

  public static Target local(String backend, String model) {
    return new Target(backend, model, true);
  }
}
