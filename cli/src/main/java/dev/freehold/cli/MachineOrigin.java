package dev.freehold.cli;

import dev.freehold.engine.receipt.ModelFile;
import dev.freehold.engine.receipt.Origin;
import dev.freehold.engine.receipt.Signature;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// What receipts say of a model on this machine: the digests of its files, computed when a receipt
/// is first asked for, by a thread of their own.
final class MachineOrigin implements Origin {
  private final Surroundings surroundings;
  private final HashedFiles opened;
  private final Optional<PrivateKey> signer;
  private Optional<CompletableFuture<List<ModelFile>>> known = Optional.empty();

  /// @param opened the files as they were when the model was opened
  /// @param signer signs receipts, where they are signed
  MachineOrigin(Surroundings surroundings, HashedFiles opened, Optional<PrivateKey> signer) {
    this.surroundings = surroundings;
    this.opened = opened;
    this.signer = signer;
  }

  @Override
  public String engineVersion() {
    return Main.version();
  }

  @Override
  public synchronized CompletableFuture<List<ModelFile>> files() {
    if (known.isEmpty() || known.get().isCompletedExceptionally()) {
      CompletableFuture<List<ModelFile>> files = new CompletableFuture<>();
      known = Optional.of(files);
      Thread.ofPlatform()
          .daemon()
          .name("freehold-digest")
          .start(() -> {
            try {
              files.complete(opened.hash(surroundings));
            } catch (Throwable failure) {
              files.completeExceptionally(failure);
            }
          });
    }
    return known.get();
  }

  @Override
  public Optional<Signature> sign(String digest) {
    return signer.map(key -> ReceiptSignature.sign(key, digest));
  }
}
