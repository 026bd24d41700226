package dev.freehold.gateway.ledger;

import java.util.concurrent.CountDownLatch;

/// What the thread that writes is told, in the order in which it happened.
sealed interface LedgerEntry {
  /// A request was let in.
  record Opened(long number, RequestHead head, Budgets.Bound bound, String currency)
      implements LedgerEntry {}

  /// A request may take more than was told.
  record Raised(long number, Budgets.Bound bound) implements LedgerEntry {}

  /// A request ended.
  record Settled(long number, Settlement settlement, Bill bill) implements LedgerEntry {}

  /// A request ended, and nobody knows what it took.
  record Interrupted(long number) implements LedgerEntry {}

  /// Somebody waits until all before this is written.
  record Mark(CountDownLatch isWritten) implements LedgerEntry {}
}
