package dev.freehold.gateway.energy;

import dev.freehold.gateway.ledger.Energy;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/// Shares energy among the requests that a machine answers at the same time.
///
/// Time is cut where a request begins or ends. The energy of each piece is shared evenly among the
/// requests that are being answered in it: `E(r) = sum over pieces of r of energy / requests`. So
/// the shares of all requests add up to what was counted while there were any; what is counted
/// while there are none is nobody's.
public final class EnergyShares {
  private final EnergyCounter counter;
  private long last;
  private int busy;
  private boolean isBroken;

  /// What a request that had been there from the beginning on would have, in microjoules.
  private double each;

  public EnergyShares(EnergyCounter counter) {
    this.counter = counter;
    sample();
  }

  /// A request that is being answered on this machine.
  public final class Share {
    private final double before;
    private final AtomicBoolean isOver = new AtomicBoolean();

    private Share(double before) {
      this.before = before;
    }

    /// Ends it; to be called once, whatever becomes of the request.
    public Energy end() {
      if (!isOver.compareAndSet(false, true)) {
        throw new IllegalStateException("this share has ended");
      }
      return ended(before);
    }
  }

  public synchronized Share begin() {
    sample();
    busy++;
    return new Share(each);
  }

  private synchronized Energy ended(double before) {
    sample();
    busy--;
    return isBroken
        ? Energy.UNKNOWN
        : new Energy(Math.round(Math.max(0, each - before) / 1000), counter.source());
  }

  /// Looks at the counter, which must happen more often than it begins anew: once a minute will do.
  public synchronized void sample() {
    OptionalLong now = counter.microjoules();
    if (now.isEmpty()) {
      isBroken = true;
      return;
    }
    if (busy > 0) {
      each += (double) Math.max(0, now.getAsLong() - last) / busy;
    }
    last = now.getAsLong();
  }

  /// How it is known, in one line for people.
  public String told() {
    return counter.told();
  }
}
