package dev.freehold.gateway.ledger;

import java.util.Optional;

/// A request under way: its bound is set aside, and it is settled once.
public interface OpenRequest extends AutoCloseable {
  /// Sets aside what a further attempt may take, beside what the earlier ones took.
  ///
  /// @return why that is impossible; empty where it is done
  Optional<Admission.Refused> more(Claim claim);

  /// Counts what the request took, in place of what was set aside for it.
  ///
  /// @throws IllegalStateException where it is settled already
  void settle(Settlement settlement);

  /// Does nothing after [#settle]. Without, the request is counted with its whole bound, as one
  /// whose bill nobody knows.
  @Override
  void close();
}
