package dev.freehold.vault.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a parity file holds is fixed, since it is computed anew where it is damaged; and two
/// threads that compute it stop together.
class ParityWriterTest {
  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  private static String written(byte[] bytes, String share, boolean alone) throws IOException {
    MessageDigest digest = Sha256.begin();
    write(header(bytes, share), ByteSource.of(bytes), digest::update, alone);
    return Digest.of(digest.digest()).hex();
  }

  private static void write(ParityHeader header, ByteSource source, ByteSink sink, boolean alone)
      throws IOException {
    ParityWriter.write(header, new ComputedGroups(header.layout(), source, n -> {}, alone), sink);
  }

  private static ParityHeader header(byte[] bytes, String share) {
    return new ParityHeader(
        Digest.of(Sha256.bytes(bytes)), Layout.of(bytes.length, Redundancy.parse(share)));
  }

  @ParameterizedTest
  @CsvSource({
    "700001, 00701695ef30227cf068d931607122e63e472447b3936c0c8ee6d2d74c7584d8",
    "9000000, faf22c81d679a0014420ca9b9100fd61e17587e39a38a9b1544d92c3196f4160",
    "70000000, 86db1f425c4303cbb24fd3cb74e0bb5cee55593d2b39ddbdc7de40e0fb282b4d",
  })
  void theBytesAreThoseOfTheFirstVersion(int size, String digest) throws IOException {
    byte[] bytes = bytes(size);
    assertThat(written(bytes, "3%", true)).isEqualTo(digest);
    assertThat(written(bytes, "3%", false)).isEqualTo(digest);
  }

  @ParameterizedTest
  @CsvSource({"0,3%", "1,3%", "5000,100%", "262145,0.5%", "1200000,10%", "40000000,100%"})
  void twoThreadsWriteWhatOneDoes(int size, String share) throws IOException {
    byte[] bytes = bytes(size);
    assertThat(written(bytes, share, false)).isEqualTo(written(bytes, share, true));
  }

  @ParameterizedTest
  @CsvSource({"1", "700001", "9000000", "40000000"})
  void aDraftBecomesTheSameFile(int size) throws IOException {
    byte[] bytes = bytes(size);
    MemoryFile scratch = new MemoryFile();
    ParityDraft draft = ParityDraft.compute(ByteSource.of(bytes), Redundancy.DEFAULT, scratch);
    MessageDigest digest = Sha256.begin();
    draft.write(Digest.of(Sha256.bytes(bytes)), scratch, digest::update);
    assertThat(Digest.of(digest.digest()).hex()).isEqualTo(written(bytes, "3%", true));
  }

  @Test
  void aLargeFileIsReadByTwoThreads() throws IOException {
    byte[] bytes = bytes(65 << 20);
    ByteSource whole = ByteSource.of(bytes);
    Set<Thread> readers = ConcurrentHashMap.newKeySet();
    ByteSource told = new Reading(whole, () -> readers.add(Thread.currentThread()));
    ParityWriter.write(told, Digest.of(Sha256.bytes(bytes)), Redundancy.DEFAULT, x -> {}, n -> {});
    assertThat(readers).hasSizeGreaterThan(1).contains(Thread.currentThread());
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aReadThatFailsEndsBoth(boolean own) {
    byte[] bytes = bytes(9_000_000);
    Thread caller = Thread.currentThread();
    ByteSource failing =
        new Reading(
            ByteSource.of(bytes),
            () -> {
              if (own == (Thread.currentThread() == caller)) {
                throw new IOException("sector unreadable");
              }
            });
    assertThatThrownBy(() -> write(header(bytes, "3%"), failing, x -> {}, false))
        .isInstanceOf(IOException.class)
        .hasMessage("sector unreadable");
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void anInterruptEndsBoth() {
    byte[] bytes = bytes(9_000_000);
    Thread caller = Thread.currentThread();
    CountDownLatch never = new CountDownLatch(1);
    ByteSource slow =
        new Reading(
            ByteSource.of(bytes),
            () -> {
              if (Thread.currentThread() == caller) {
                return;
              }
              caller.interrupt();
              try {
                never.await();
              } catch (InterruptedException stopped) {
                throw new InterruptedIOException("stopped");
              }
            });
    assertThatThrownBy(() -> write(header(bytes, "3%"), slow, x -> {}, false))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  /// Something that happens before each read.
  private interface Before {
    void read() throws IOException;
  }

  private record Reading(ByteSource source, Before before) implements ByteSource {
    @Override
    public long size() throws IOException {
      return source.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      before.read();
      return source.read(target, position);
    }
  }
}
