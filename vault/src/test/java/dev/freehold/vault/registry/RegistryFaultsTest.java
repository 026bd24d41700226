package dev.freehold.vault.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every fault of a registry, D1 to D11, ends as it must.
@Timeout(300)
class RegistryFaultsTest {
  @TempDir private Path folder = Path.of("unset");

  @Test
  void everyFaultEndsRight() throws Exception {
    List<FaultTable.Fault> faults = new ArrayList<>(ProtocolFaults.all());
    faults.addAll(ContentFaults.all());
    faults.sort(
        java.util.Comparator.comparing((FaultTable.Fault fault) -> fault.id().length())
            .thenComparing(FaultTable.Fault::id));
    List<FaultTable.Row> rows = FaultTable.run(faults, folder);
    StringBuilder table = new StringBuilder();
    rows.forEach(row -> table.append(row.line()).append('\n'));
    System.out.println(table);
    assertThat(rows.stream().filter(row -> !row.isRight()).map(FaultTable.Row::line)).isEmpty();
  }
}
