package dev.freehold.train.replay;

import dev.freehold.kernel.WorkerPool;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TrainException;
import dev.freehold.train.transcript.StateTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Names the tensors that a false step changed: computes on to the first checkpoint that the run
/// has from that step on, and compares the hashes of its tensors.
record TensorSearch(PreparedRun prepared, WorkerPool pool, LongConsumer progress) {
  /// A finding, and the run whose checkpoints tell of its tensors.
  record Accused(Finding finding, RunFolder run) {
    Optional<Long> checkpoint() {
      return run.checkpointSteps().stream().filter(step -> step >= finding.step()).findFirst();
    }
  }

  /// The findings with the tensors that differ, as far as checkpoints tell.
  ///
  /// @param step that all findings are about; the parameters must be those computed for it, and are
  ///   lost
  List<Finding> name(long step, List<Accused> accused) {
    Map<Long, StateTree> computed = new HashMap<>();
    accused.forEach(each -> each.checkpoint().ifPresent(at -> computed.put(at, StateTree.NONE)));
    long last = computed.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    for (long at = step; at <= last; at++) {
      if (at > step) {
        prepared.compute(at);
        progress.accept(at);
      }
      if (computed.containsKey(at)) {
        computed.put(at, prepared.state());
      }
    }
    List<Finding> named = new ArrayList<>();
    for (Accused each : accused) {
      named.add(each.checkpoint().map(at -> name(each, at, computed)).orElse(each.finding()));
    }
    return named;
  }

  private Finding name(Accused accused, long step, Map<Long, StateTree> computed) {
    try {
      StateTree claimed = accused.run().checkpoints().read(step, prepared.parameters(), pool);
      StateTree expected = computed.getOrDefault(step, StateTree.NONE);
      return accused.finding().with(new Finding.Tensors(step, expected.differences(claimed)));
    } catch (TrainException unreadable) {
      return accused.finding();
    }
  }
}
