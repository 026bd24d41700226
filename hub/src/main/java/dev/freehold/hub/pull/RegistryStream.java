package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;

/// A blob that is sent to a registry while its bytes come one after the other.
///
/// One chunk is held, so that it can be sent again after a break; where the registry has forgotten
/// what came before, the blob must be begun anew by who has its bytes.
public final class RegistryStream {
  private final RegistryUpload upload;
  private final Attempts attempts;
  private final ByteBuffer chunk = ByteBuffer.allocate(RegistryUpload.CHUNK_BYTES);
  private URI place;
  private long sent;

  RegistryStream(RegistryUpload upload, URI place, Attempts attempts) {
    this.upload = upload;
    this.place = place;
    this.attempts = attempts;
  }

  /// Takes all that remains in a buffer.
  public void write(ByteBuffer bytes) throws InterruptedException {
    while (bytes.hasRemaining()) {
      int count = Math.min(bytes.remaining(), chunk.remaining());
      chunk.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
      if (!chunk.hasRemaining()) {
        send();
      }
    }
  }

  private void send() throws InterruptedException {
    byte[] bytes = new byte[chunk.flip().remaining()];
    chunk.get(bytes).clear();
    long end = sent + bytes.length;
    long position = sent;
    while (position < end) {
      try {
        int from = (int) (position - sent);
        byte[] rest = from == 0 ? bytes : java.util.Arrays.copyOfRange(bytes, from, bytes.length);
        RegistryUpload.Progress after = upload.patch(place, rest, position);
        place = after.place();
        position = after.position();
        attempts.progressed();
      } catch (IOException failure) {
        attempts.failed(failure);
        position = resumed(end);
      }
    }
    sent = end;
  }

  private long resumed(long end) throws InterruptedException {
    while (true) {
      try {
        RegistryUpload.Progress known = upload.progress(place, end);
        if (known.position() < sent) {
          throw new HubException("the registry has lost what was sent; begin anew");
        }
        place = known.place();
        return known.position();
      } catch (RegistryUpload.Restart lost) {
        if (sent == 0) {
          return 0;
        }
        throw new HubException("the registry has lost what was sent; begin anew", lost);
      } catch (IOException failure) {
        attempts.failed(failure);
      }
    }
  }

  /// Ends the blob; the registry refuses it where its bytes do not have the digest.
  public void finish(String hex) throws IOException, InterruptedException {
    if (chunk.position() > 0) {
      send();
    }
    upload.finish(place, hex);
  }
}
