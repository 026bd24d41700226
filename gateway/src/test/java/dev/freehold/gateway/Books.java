package dev.freehold.gateway;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A ledger that remembers all that it is told.
final class Books implements Ledger {
  final List<Admission> admissions = new CopyOnWriteArrayList<>();
  final List<Sending> sendings = new CopyOnWriteArrayList<>();
  final List<Attempt> attempts = new CopyOnWriteArrayList<>();
  final List<Settlement> settlements = new CopyOnWriteArrayList<>();

  @Override
  public Account open(Admission admission) {
    admissions.add(admission);
    return new Account() {
      @Override
      public void sending(Sending sending) {
        sendings.add(sending);
      }

      @Override
      public void attempted(Attempt attempt) {
        attempts.add(attempt);
      }

      @Override
      public void settle(Settlement settlement) {
        settlements.add(settlement);
      }
    };
  }
}
