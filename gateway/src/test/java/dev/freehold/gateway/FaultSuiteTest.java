package dev.freehold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every fault of a vendor ends as it must: streamed and buffered, in both shapes.
class FaultSuiteTest {
  @Test
  void everyFaultEndsRight() throws Exception {
    List<FaultTable.Fault> faults = new ArrayList<>(PublicFaults.all());
    faults.addAll(FurtherFaults.all());
    faults.addAll(WayFaults.all());
    List<FaultTable.Row> rows = FaultTable.run(faults);
    StringBuilder table = new StringBuilder();
    rows.forEach(row -> table.append(row.line()).append('\n'));
    System.out.println(table);
    assertThat(rows.stream().filter(row -> !row.isRight()).map(FaultTable.Row::line)).isEmpty();
  }
}
