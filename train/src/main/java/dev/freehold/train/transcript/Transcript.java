package dev.freehold.train.transcript;

import dev.freehold.tensor.Sha256;
import dev.freehold.train.TrainException;
import dev.freehold.train.step.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The record of a run that goes on, one line for each step, that only grows.
///
/// A line that is there already is compared with what is computed again: a run that is resumed must
/// repeat itself to the bit. The form of the file is that of [RecordedTranscript].
public final class Transcript {
  private final Path file;
  private final List<StepRecord> recorded = new ArrayList<>();
  private final List<String> chains = new ArrayList<>();
  private String chain;
  private long step;

  private Transcript(Path file, String chain) {
    this.file = file;
    this.chain = chain;
  }

  /// Opens the transcript of a run, or begins one. What a kill left of a last line is cut off.
  ///
  /// @param header what the run is made from, by name
  /// @throws TrainException where the file is of another run, or its chain is broken
  public static Transcript open(Path file, Map<String, String> header) {
    String first = RecordedTranscript.headerOf(header);
    String chain = Sha256.of(first);
    Transcript transcript = new Transcript(file, chain);
    if (!Files.exists(file)) {
      transcript.createFolder();
      transcript.append(first);
      return transcript;
    }
    RecordedTranscript found = RecordedTranscript.readEndedLines(file);
    transcript.cut(found.length());
    if (found.root().isEmpty()) {
      transcript.append(first);
      return transcript;
    }
    if (!found.chain(0).equals(chain)) {
      throw new TrainException(
          "%s, line 1: the run is made from %s, this would be one from %s; choose another --out"
              .formatted(file, found.header(), header));
    }
    for (long i = 1; i <= found.steps(); i++) {
      transcript.recorded.add(found.step(i));
      transcript.chains.add(found.chain(i));
    }
    return transcript;
  }

  private void createFolder() {
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
    } catch (IOException e) {
      throw new TrainException("%s: cannot be written: %s".formatted(file, e), e);
    }
  }

  private void cut(long length) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    } catch (IOException e) {
      throw new TrainException("%s: cannot be written: %s".formatted(file, e), e);
    }
  }

  private void append(String body) {
    String line = RecordedTranscript.lineOf(body, chain) + "\n";
    try {
      Files.writeString(
          file,
          line,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new TrainException(
          "%s: cannot be written: %s; make room and start again with --resume".formatted(file, e),
          e);
    }
  }

  /// Commits to the next step.
  ///
  /// @throws TrainException where the transcript already says otherwise
  public void add(StepRecord record) {
    if (step < recorded.size()) {
      StepRecord before = recorded.get((int) step);
      List<StepRecord.Difference> found = record.differences(before);
      if (!found.isEmpty()) {
        StepRecord.Difference first = found.getFirst();
        throw new TrainException(
            "%s, line %d: step %d, %s: computed was %s, the transcript says %s"
                .formatted(file, step + 2, step + 1, first.field(), first.one(), first.other()));
      }
      chain = chains.get((int) step);
    } else {
      String body = RecordedTranscript.bodyOf(record);
      chain = Sha256.of(chain + body);
      append(body);
      recorded.add(record);
      chains.add(chain);
    }
    step++;
  }

  /// Makes what was written durable.
  public void force() {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    } catch (IOException e) {
      throw new TrainException("%s: cannot be written: %s".formatted(file, e), e);
    }
  }

  /// Goes on after a step that is not computed again.
  ///
  /// @param state Merkle root of what training goes on from
  /// @throws TrainException where the transcript does not hold the step, or says otherwise
  public void skipTo(long last, String state) {
    if (last > recorded.size()) {
      throw new TrainException(
          "%s: ends after step %d; the checkpoint is of step %d"
              .formatted(file, recorded.size(), last));
    }
    String committed = recorded.get((int) last - 1).state().orElse("none");
    if (!committed.equals(state)) {
      throw new TrainException(
          "%s, line %d: step %d, state: the checkpoint has %s, the transcript says %s"
              .formatted(file, last + 1, last, state, committed));
    }
    step = last;
    chain = chains.get((int) last - 1);
  }

  /// Steps that the transcript holds, whether they were gone through yet or not.
  public long recordedSteps() {
    return recorded.size();
  }

  /// The chain after the last step, which stands for the whole run so far.
  public String root() {
    return chain;
  }

  /// SHA-256 of the tokens and targets of a step's batches, little-endian.
  public static String digest(List<Batch> batches) {
    MessageDigest digest = Sha256.begin();
    for (Batch batch : batches) {
      for (int[] values : List.of(batch.tokens(), batch.targets())) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        digest.update(bytes);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
