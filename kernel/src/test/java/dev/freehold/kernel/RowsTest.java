package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// Rows that grow do so for all their views.
class RowsTest {
  @Test
  void viewsThatWereMadeBeforeSeeTheNewMemory() {
    Rows rows = Rows.growing(8, 6);
    Rows column = rows.from(2);
    Rows third = rows.skip(2);
    Rows halves = rows.cut(3);
    assertThat(rows.data()).isEmpty();
    assertThatThrownBy(() -> rows.check("x", 1, 6)).isInstanceOf(KernelException.class);
    rows.reserve(4);
    rows.check("x", 4, 6);
    rows.data()[rows.at(2) + 2] = 5;
    assertThat(column.data()[column.at(2)]).isEqualTo(5);
    assertThat(third.data()[third.at(0) + 2]).isEqualTo(5);
    assertThat(halves.data()[halves.at(4) + 2]).isEqualTo(5);
    assertThat(halves.segment().byteSize()).isEqualTo(4 * 6 * 4);
  }

  @Test
  void enoughMemoryStays() {
    Rows rows = Rows.growing(8, 6);
    rows.reserve(4);
    float[] before = rows.data();
    rows.reserve(3);
    rows.reserve(4);
    assertThat(rows.data()).isSameAs(before);
  }

  @Test
  void moreThanAnArrayHoldsIsRefusedBeforeAnythingIsReserved() {
    assertThatThrownBy(() -> Rows.growing(1 << 20, 1 << 12))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Activations(1 << 20, 1 << 12))
        .isInstanceOf(ArithmeticException.class);
  }
}
