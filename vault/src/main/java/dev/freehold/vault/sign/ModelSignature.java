package dev.freehold.vault.sign;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/// Signs models and verifies signatures under them, after OpenSSF Model Signing 1.0 with a key.
///
/// Both ways exchangeable with the reference implementation, `model_signing` of
/// sigstore/model-transparency. Certificates and keyless signatures are not verified.
public final class ModelSignature {
  private static final long MAX_BUNDLE_BYTES = 64L << 20;

  private final int threads;
  private final LongConsumer progress;

  /// @param threads that hash files at the same time, each with a buffer of 1 MiB
  /// @param progress told of the bytes hashed so far, by any thread
  public ModelSignature(int threads, LongConsumer progress) {
    this.threads = threads;
    this.progress = progress;
  }

  /// What of a model is verified against its signature.
  ///
  /// @param signature the file that holds the signature, which is not part of the model
  /// @param ignore paths to leave out beside those that the signature leaves out
  /// @param allowUnsigned whether files may be there that are not signed
  public record Request(
      Path model, Optional<Path> signature, List<String> ignore, boolean allowUnsigned) {
    public Request {
      ignore = List.copyOf(ignore);
      ignore.forEach(RelativePath::require);
    }
  }

  /// How a model differs from what was signed, by names of files or shards.
  public record Differences(List<String> changed, List<String> missing, List<String> unsigned) {
    public Differences {
      changed = List.copyOf(changed);
      missing = List.copyOf(missing);
      unsigned = List.copyOf(unsigned);
    }

    public boolean isEmpty() {
      return changed.isEmpty() && missing.isEmpty() && unsigned.isEmpty();
    }
  }

  /// A valid signature: what it covers, and how the model differs from that.
  public record Verified(ModelManifest manifest, Differences differences) {}

  /// Hashes a model as its signature will list it.
  ///
  /// @throws VaultException where the model holds nothing, or what cannot be signed
  public ModelManifest manifest(Path model, Serialization serialization, Optional<Path> signature)
      throws InterruptedException {
    List<ModelTree.Entry> files = new ModelTree(model, serialization, signature).entries();
    for (ModelTree.Entry file : files) {
      if (serialization.isSharded() && file.bytes() == 0) {
        throw new VaultException(
            "%s has no bytes, and shards do not cover such files; sign by files, or leave it out"
                .formatted(RelativePath.shown(file.name())));
      }
    }
    List<Resource> resources = new ResourceHashing(threads, progress).of(files, serialization);
    return new ModelManifest(nameOf(model), serialization, resources);
  }

  /// The signature over a manifest, as the bytes of its file.
  public static byte[] sign(ModelManifest manifest, ECPrivateKey key) {
    byte[] payload = Statement.write(manifest);
    if (payload.length > MAX_BUNDLE_BYTES / 2) {
      throw new VaultException("the list of files is too long; sign by files, not by shards");
    }
    byte[] signature = signed(payload, key, Curve.of(key));
    String hint = ModelKeys.hint(ModelKeys.publicOf(key));
    return new Bundle(Optional.of(hint), payload, signature).json();
  }

  static byte[] signed(byte[] payload, PrivateKey key, Curve curve) {
    try {
      Signature signature = Signature.getInstance(curve.signatureAlgorithm());
      signature.initSign(key);
      signature.update(Bundle.preAuthentication(payload));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new VaultException("the model cannot be signed: " + e.getMessage(), e);
    }
  }

  /// What a signature covers, once it has been found to be by the key.
  ///
  /// @throws VaultException where it is by another key, forged, or no signature over a model
  public static ModelManifest opened(byte[] bundle, ECPublicKey key) {
    Bundle read = Bundle.read(bundle);
    String hint = ModelKeys.hint(key);
    if (read.hint().isPresent() && !read.hint().get().equals(hint)) {
      throw new VaultException(
          "the signature is by another key: it names %s, this one is %s"
              .formatted(RelativePath.shown(read.hint().get()), hint));
    }
    if (!isValid(read.payload(), read.signature(), key)) {
      throw new VaultException(
          "the signature does not hold: it was not made by this key over what it lists (%s)"
              .formatted(Curve.of(key).signatureAlgorithm()));
    }
    return Statement.read(read.payload());
  }

  static boolean isValid(byte[] payload, byte[] signature, ECPublicKey key) {
    try {
      Signature verifier = Signature.getInstance(Curve.of(key).signatureAlgorithm());
      verifier.initVerify(key);
      verifier.update(Bundle.preAuthentication(payload));
      return verifier.verify(signature);
    } catch (SignatureException noSignature) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new VaultException("the signature cannot be checked: " + e.getMessage(), e);
    }
  }

  /// Verifies a signature and hashes the model to compare it.
  ///
  /// @throws VaultException as [#opened], or where the model holds what cannot have been signed
  public Verified verify(Request request, byte[] bundle, ECPublicKey key)
      throws InterruptedException {
    ModelManifest signed = opened(bundle, key);
    Serialization serialization = signed.serialization().ignoring(request.ignore());
    Map<String, Digest> expected = expected(signed, request.model());
    List<ModelTree.Entry> files = new ArrayList<>(entries(request, serialization, expected));
    List<String> unsigned = new ArrayList<>();
    if (serialization.isSharded()) { // shards cover no file without bytes
      files.stream().filter(file -> file.bytes() == 0).forEach(file -> unsigned.add(file.name()));
    }
    List<String> changed = new ArrayList<>();
    for (Resource found : new ResourceHashing(threads, progress).of(files, serialization)) {
      Digest digest = expected.remove(found.name());
      if (digest == null) {
        unsigned.add(found.name());
      } else if (!digest.equals(found.digest())) {
        changed.add(found.name());
      }
    }
    return new Verified(
        signed, new Differences(changed, List.copyOf(expected.keySet()), sorted(unsigned)));
  }

  private static List<String> sorted(List<String> names) {
    return names.stream().sorted(ModelManifest.byCodePoints()).toList();
  }

  private static List<ModelTree.Entry> entries(
      Request request, Serialization serialization, Map<String, Digest> expected) {
    ModelTree tree = new ModelTree(request.model(), serialization, request.signature());
    if (!request.allowUnsigned()) {
      return tree.entries();
    }
    Set<String> signed = new HashSet<>();
    for (String name : expected.keySet()) {
      signed.add(serialization.isSharded() ? ByParts.pathOfShard(name) : name);
    }
    return tree.entries(signed);
  }

  /// The digests that were signed, by the names that the model's files have here. A model of one
  /// file is called so by some signers, and by its own name by others.
  private static Map<String, Digest> expected(ModelManifest signed, Path model) {
    String own = nameOf(model);
    boolean isFile = Files.isRegularFile(model);
    Map<String, Digest> expected = new TreeMap<>(ModelManifest.byCodePoints());
    for (Resource resource : signed.resources()) {
      String name = resource.name();
      boolean isOwn = name.equals(own) || name.startsWith(own + ":");
      expected.put(
          isFile && isOwn ? ModelTree.ITSELF + name.substring(own.length()) : name,
          resource.digest());
    }
    return expected;
  }

  private static String nameOf(Path model) {
    Path name = model.toAbsolutePath().normalize().getFileName();
    return name == null ? "model" : name.toString();
  }

  /// The bytes of a signature's file.
  public static byte[] read(Path file) {
    try {
      if (Files.size(file) > MAX_BUNDLE_BYTES) {
        throw new VaultException(
            "%s: a signature has at most %d bytes".formatted(file, MAX_BUNDLE_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new VaultException(file + ": no such file", e);
    } catch (IOException e) {
      throw new VaultException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }
}
