package dev.freehold.vault.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.vault.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParityTest {
  private final Random random = new Random(20261122);

  private static Digest digest(byte[] bytes) {
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static MemoryFile parityOf(MemoryFile file, String redundancy) throws IOException {
    MemoryFile parity = new MemoryFile();
    AtomicLong worked = new AtomicLong();
    ParityWriter.write(
        file, digest(file.bytes), Redundancy.parse(redundancy), parity, worked::addAndGet);
    assertThat(worked.get()).isGreaterThanOrEqualTo(file.size());
    return parity;
  }

  private static ParityFile open(MemoryFile parity, byte[] whole) throws IOException {
    return ParityFile.open(parity, digest(whole)).orElseThrow();
  }

  /// What a repair gives, as bytes; empty where something was lost.
  private static byte[] repaired(MemoryFile damaged, MemoryFile parity, byte[] whole)
      throws IOException {
    MemoryFile computed = new MemoryFile();
    BlockRepair.Outcome outcome =
        BlockRepair.repair(damaged, open(parity, whole), computed, computed, bytes -> {});
    return outcome.lost().isEmpty() ? content(outcome.file()) : new byte[0];
  }

  private static byte[] content(ByteSource source) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) source.size());
    while (bytes.hasRemaining()) {
      assertThat(source.read(bytes, bytes.position())).isPositive();
    }
    return bytes.array();
  }

  private static Damage damage(MemoryFile file, MemoryFile parity, byte[] whole)
      throws IOException {
    return DamageSearch.find(file, open(parity, whole), bytes -> {});
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "511", "512", "5000", "262144", "262145", "700001", "3000000"})
  void aWholeFileIsFoundWhole(int size) throws IOException {
    MemoryFile file = new MemoryFile(randomBytes(size));
    MemoryFile parity = parityOf(file, "3%");
    assertThat(parity.size())
        .isEqualTo(ParityWriter.fileBytes(size, Redundancy.DEFAULT))
        .isLessThan(size <= 262144 ? 2048 + size * 11L / 10 : 1024 + size / 15);
    Damage found = damage(file, parity, file.bytes);
    assertThat(found.isFileWhole()).isTrue();
    assertThat(found.parityDamaged()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"700001,3%", "700001,0.5%", "1200000,10%", "300000,100%", "5000,3%"})
  void parityIsWhatTheFormulaSays(int size, String redundancy) throws IOException {
    MemoryFile file = new MemoryFile(randomBytes(size));
    MemoryFile parity = parityOf(file, redundancy);
    Layout layout = open(parity, file.bytes).layout();
    for (int trial = 0; trial < 200; trial++) {
      long stripe = random.nextLong(layout.stripes());
      long first = stripe / layout.group() * layout.group();
      int row = random.nextInt(layout.parityColumns());
      int element = random.nextInt(layout.blockBytes());
      int expected = 0;
      for (int column = 0; column < layout.dataColumns(); column++) {
        int data = element(file.bytes, layout.position(column, stripe), layout, element);
        expected ^= product(CauchyMatrix.coefficient(row, column), data);
      }
      long block = layout.parityPosition(first, row) + (stripe - first) * layout.blockBytes();
      assertThat(element(parity.bytes, block, layout, element)).isEqualTo(expected);
    }
  }

  /// An element of a block: bit t is at the same place in the block's eighth t.
  private static int element(byte[] bytes, long block, Layout layout, int index) {
    int element = 0;
    for (int t = 0; t < 8; t++) {
      long at = block + (long) t * (layout.blockBytes() / 8) + index / 8;
      int bit = at < bytes.length ? bytes[(int) at] >> index % 8 & 1 : 0;
      element |= bit << t;
    }
    return element;
  }

  /// Multiplication in the field, as it is defined.
  private static int product(int a, int b) {
    int product = 0;
    for (int t = 0; t < 8; t++) {
      product ^= (b >> t & 1) * (a << t);
    }
    for (int t = 14; t >= 8; t--) {
      product ^= (product >> t & 1) * (0x11d << t - 8);
    }
    return product;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 5000, 262145, 3000000})
  void oneBitAnywhereIsFoundAndRepaired(int size) throws IOException {
    byte[] whole = randomBytes(size);
    MemoryFile parity = parityOf(new MemoryFile(whole), "3%");
    for (int trial = 0; trial < 30; trial++) {
      MemoryFile damaged = new MemoryFile(whole);
      int at = random.nextInt(size);
      damaged.bytes[at] ^= (byte) (1 << random.nextInt(8));
      Damage found = damage(damaged, parity, whole);
      assertThat(found.damaged()).singleElement().matches(range -> range.overlaps(at, at + 1));
      assertThat(found.isRepairable()).isTrue();
      assertThat(found.parityDamaged()).isFalse();
      assertThat(repaired(damaged, parity, whole)).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @CsvSource({"5000,3%", "262145,3%", "3000000,3%", "3000000,10%", "9000000,1%"})
  void aBurstAsLongAsTheBudgetIsRepairedWhereverItBegins(int size, String redundancy)
      throws IOException {
    byte[] whole = randomBytes(size);
    MemoryFile parity = parityOf(new MemoryFile(whole), redundancy);
    long burst = open(parity, whole).burstBytes();
    double share = Redundancy.parse(redundancy).share();
    assertThat((double) burst).isGreaterThan(0.8 * share * size);
    int latest = (int) Math.max(0, size - burst);
    for (int trial = 0; trial < 8; trial++) {
      int from = trial == 0 ? 0 : trial == 1 ? latest : random.nextInt(latest + 1);
      MemoryFile damaged = new MemoryFile(whole);
      Arrays.fill(damaged.bytes, from, (int) Math.min(size, from + burst), (byte) trial);
      assertThat(damage(damaged, parity, whole).isRepairable()).isTrue();
      assertThat(repaired(damaged, parity, whole)).as("from %d", from).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5000, 262145, 3000000})
  void whatWasCutOffOrZeroedAtTheEndIsRepaired(int size) throws IOException {
    byte[] whole = randomBytes(size);
    MemoryFile parity = parityOf(new MemoryFile(whole), "3%");
    int burst = (int) open(parity, whole).burstBytes();
    for (int missing : new int[] {1, 1000, burst}) {
      MemoryFile shorter = new MemoryFile(Arrays.copyOf(whole, size - missing));
      assertThat(damage(shorter, parity, whole).isFileWhole()).isFalse();
      assertThat(repaired(shorter, parity, whole)).isEqualTo(whole);
      MemoryFile zeroed = new MemoryFile(Arrays.copyOf(shorter.bytes, size));
      assertThat(damage(zeroed, parity, whole).isFileWhole()).isFalse();
      assertThat(repaired(zeroed, parity, whole)).isEqualTo(whole);
    }
  }

  @Test
  void aFileOfZerosThatIsTooShortOrTooLongIsRepaired() throws IOException {
    byte[] whole = new byte[400000];
    MemoryFile parity = parityOf(new MemoryFile(whole), "3%");
    for (int size : new int[] {0, 1000, 399999, 400001, 900000}) {
      MemoryFile damaged = new MemoryFile(new byte[size]);
      assertThat(damage(damaged, parity, whole).isFileWhole()).isFalse();
      assertThat(repaired(damaged, parity, whole)).isEqualTo(whole);
    }
  }

  @Test
  void whatIsBeyondTheBudgetIsNamedAndNothingIsInvented() throws IOException {
    byte[] whole = randomBytes(3000000);
    MemoryFile parity = parityOf(new MemoryFile(whole), "3%");
    int burst = (int) open(parity, whole).burstBytes();
    MemoryFile damaged = new MemoryFile(whole);
    int from = 1_000_000;
    int to = from + 3 * burst;
    for (int i = from; i < to; i++) {
      damaged.bytes[i] ^= 0x55;
    }
    Damage found = damage(damaged, parity, whole);
    assertThat(found.isRepairable()).isFalse();
    assertThat(found.lost()).allMatch(range -> range.overlaps(from, to));
    assertThat(found.damagedBytes()).isBetween(3L * burst, 3L * burst + 2 * 4096);
    MemoryFile computed = new MemoryFile();
    BlockRepair.Outcome outcome =
        BlockRepair.repair(damaged, open(parity, whole), computed, computed, bytes -> {});
    assertThat(outcome.lost()).isNotEmpty();
    byte[] result = content(outcome.file());
    for (int i = 0; i < whole.length; i++) {
      int at = i;
      boolean lost = outcome.lost().stream().anyMatch(range -> range.overlaps(at, at + 1));
      assertThat(result[i]).isEqualTo(lost ? damaged.bytes[i] : whole[i]);
    }
  }

  @Test
  void sectorsThatCannotBeReadAreRepaired() throws IOException {
    byte[] whole = randomBytes(3000000);
    MemoryFile parity = parityOf(new MemoryFile(whole), "3%");
    MemoryFile damaged = new MemoryFile(whole);
    damaged.brokenSectors.set(100, 110);
    damaged.brokenSectors.set(4000);
    Damage found = damage(damaged, parity, whole);
    assertThat(found.damaged()).hasSize(2).allMatch(range -> range.length() < 10 * 4096);
    assertThat(repaired(damaged, parity, whole)).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 700, 300000})
  void oneBitAnywhereInTheParityIsFoundAndDoesNotMatter(int size) throws IOException {
    byte[] whole = randomBytes(size);
    MemoryFile parity = parityOf(new MemoryFile(whole), "3%");
    int step = Math.max(1, (int) parity.size() / 1000);
    for (int at = 0; at < parity.size(); at += step) {
      MemoryFile damagedParity = parity.copy();
      damagedParity.bytes[at] ^= 4;
      assertThat(damage(new MemoryFile(whole), damagedParity, whole))
          .as("at %d", at)
          .matches(Damage::isFileWhole)
          .matches(Damage::parityDamaged);
    }
  }

  @Test
  void aFileIsRepairedFromDamagedParity() throws IOException {
    byte[] whole = randomBytes(3000000);
    MemoryFile parity = parityOf(new MemoryFile(whole), "3%");
    for (int from = 0; from + 3000 < parity.size(); from += 5000) {
      MemoryFile damagedParity = parity.copy();
      Arrays.fill(damagedParity.bytes, from, from + 3000, (byte) 0);
      MemoryFile damaged = new MemoryFile(whole);
      Arrays.fill(damaged.bytes, from, from + 30000, (byte) 1);
      assertThat(repaired(damaged, damagedParity, whole)).as("from %d", from).isEqualTo(whole);
    }
    MemoryFile cut = new MemoryFile(Arrays.copyOf(parity.bytes, (int) parity.size() - 40000));
    MemoryFile damaged = new MemoryFile(whole);
    damaged.bytes[7] ^= 1;
    assertThat(damage(damaged, cut, whole).parityDamaged()).isTrue();
    assertThat(repaired(damaged, cut, whole)).isEqualTo(whole);
  }

  @Test
  void parityOfAnotherFileOrOfNothingIsNotOpened() throws IOException {
    byte[] whole = randomBytes(3000);
    MemoryFile parity = parityOf(new MemoryFile(whole), "3%");
    assertThat(ParityFile.open(parity, digest(new byte[1]))).isEmpty();
    assertThat(ParityFile.open(new MemoryFile(), digest(whole))).isEmpty();
    assertThat(ParityFile.open(new MemoryFile(new byte[5000]), digest(whole))).isEmpty();
    assertThat(ParityFile.open(new MemoryFile(randomBytes(600)), digest(whole))).isEmpty();
  }

  @Test
  void aHeaderThatClaimsTheImpossibleIsNotOpened() throws IOException {
    byte[] whole = randomBytes(3000);
    byte[] header = Arrays.copyOf(parityOf(new MemoryFile(whole), "3%").bytes, 512);
    record Lie(int at, long value, int bytes) {}
    for (Lie lie :
        List.of(
            new Lie(8, 2, 2),
            new Lie(10, 2, 2),
            new Lie(12, 0, 4),
            new Lie(12, 1 << 30, 4),
            new Lie(12, -512, 4),
            new Lie(16, 0, 2),
            new Lie(16, 65535, 2),
            new Lie(18, 0, 2),
            new Lie(18, 255, 2),
            new Lie(20, Integer.MAX_VALUE, 4),
            new Lie(24, -1, 8),
            new Lie(24, Long.MAX_VALUE, 8),
            new Lie(32, Long.MAX_VALUE, 8))) {
      ByteBuffer bytes = ByteBuffer.wrap(header.clone()).order(ByteOrder.LITTLE_ENDIAN);
      switch (lie.bytes()) {
        case 2 -> bytes.putShort(lie.at(), (short) lie.value());
        case 4 -> bytes.putInt(lie.at(), (int) lie.value());
        default -> bytes.putLong(lie.at(), lie.value());
      }
      bytes.putInt(508, StripeRecord.checkOf(bytes.duplicate().limit(508)));
      assertThat(ParityFile.open(new MemoryFile(bytes.array()), digest(whole)))
          .as(lie.toString())
          .isEmpty();
    }
  }

  @Test
  void anyBlocksOfAStripeGiveTheOthers() {
    for (int trial = 0; trial < 300; trial++) {
      int n = 1 + random.nextInt(16);
      int[] rows = random.ints(0, 16).distinct().limit(n).sorted().toArray();
      int[] columns = random.ints(0, 240).distinct().limit(n).sorted().toArray();
      int[][] inverse = CauchyMatrix.inverse(rows, columns);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          int sum = 0;
          for (int k = 0; k < n; k++) {
            sum ^= product(inverse[i][k], CauchyMatrix.coefficient(rows[k], columns[j]));
          }
          assertThat(sum).isEqualTo(i == j ? 1 : 0);
        }
      }
    }
  }
}
