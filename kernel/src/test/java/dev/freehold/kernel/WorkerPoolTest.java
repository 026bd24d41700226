package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerPoolTest {
  @ParameterizedTest
  @CsvSource({
    "1, 9",
    "2, 1",
    "2, 2",
    "2, 7",
    "3, 2",
    "3, 1000",
    "4, 65535",
    "2, 65536",
    "3, 200000"
  })
  void everyChunkRunsOnce(int threads, int count) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      for (int run = 0; run < 3; run++) {
        AtomicIntegerArray times = new AtomicIntegerArray(count);
        pool.run((chunk, worker) -> times.incrementAndGet(chunk), count);
        for (int chunk = 0; chunk < count; chunk++) {
          assertThat(times.get(chunk)).as("chunk %d", chunk).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void aThreadThatIsHeldUpCostsTheChunkItHolds() throws InterruptedException {
    int count = 40;
    CountDownLatch others = new CountDownLatch(count - 1);
    try (WorkerPool pool = new WorkerPool(2)) {
      Set<Integer> early = ConcurrentHashMap.newKeySet();
      pool.run(
          (chunk, worker) -> {
            if (chunk == 0) {
              waitFor(others);
            } else {
              early.add(chunk);
              others.countDown();
            }
          },
          count);
      assertThat(early).hasSize(count - 1);
    }
  }

  private static void waitFor(CountDownLatch others) {
    try {
      assertThat(others.await(60, TimeUnit.SECONDS)).as("the others' chunks are done").isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void sharesMayBeUnevenAndEmpty() {
    try (WorkerPool pool = new WorkerPool(3)) {
      AtomicIntegerArray times = new AtomicIntegerArray(5);
      pool.run((chunk, worker) -> times.incrementAndGet(chunk), new int[] {0, 0, 5, 5});
      assertThat(times.toString()).isEqualTo("[1, 1, 1, 1, 1]");
      assertThatThrownBy(() -> pool.run((chunk, worker) -> {}, new int[] {0, 5}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aFailureIsThrownAndTheNextRunWorks() {
    try (WorkerPool pool = new WorkerPool(2)) {
      assertThatThrownBy(() ->
              pool.run(
                  (chunk, worker) -> {
                    if (chunk == 70) {
                      throw new IllegalStateException("chunk " + chunk);
                    }
                  },
                  100))
          .hasMessage("chunk 70");
      AtomicIntegerArray times = new AtomicIntegerArray(100);
      pool.run((chunk, worker) -> times.incrementAndGet(chunk), 100);
      for (int chunk = 0; chunk < 100; chunk++) {
        assertThat(times.get(chunk)).isEqualTo(1);
      }
    }
  }

  @Test
  void aClosedPoolRefuses() {
    WorkerPool pool = new WorkerPool(2);
    pool.close();
    assertThatThrownBy(() -> pool.run((chunk, worker) -> {}, 2))
        .isInstanceOf(IllegalStateException.class);
  }
}
