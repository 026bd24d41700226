package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.vault.repair.ModelParity;
import dev.freehold.vault.sign.Curve;
import dev.freehold.vault.sign.KeptSignatures;
import dev.freehold.vault.sign.ModelKeys;
import dev.freehold.vault.sign.ModelManifest;
import dev.freehold.vault.sign.ModelSignature;
import dev.freehold.vault.sign.Serialization;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold sign`: signs a model's files.
@Command(
    name = "sign",
    description = {
      "Signs the files of a model, a folder or a single file, with a key of your own, after OpenSSF"
          + " Model Signing 1.0. Whoever has the public key verifies with \"freehold verify MODEL"
          + " --signature FILE --key PUBLIC_KEY\", or with the reference implementation,"
          + " model_signing verify key.",
      "A model of the vault is signed by the digests that the vault has of its files, and the"
          + " signature is attached to it: it goes where the model goes.",
      "The signature lists every file by its SHA-256; .git, .gitignore, .gitattributes and .github"
          + " at the top are left out. It says that the holder of the key signed these bytes,"
          + " nothing else. docs/signing.md says more."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold sign --new-key signing.pem",
      "  freehold sign models/my-model --key signing.pem",
      "  freehold sign team/assistant:2026-05 --key signing.pem",
      "  freehold sign my.gguf --key signing.pem --signature my.gguf.sig",
      "  freehold verify models/my-model --signature models/my-model/model.sig --key signing.pub"
    })
final class SignCommand implements Callable<Integer> {
  /// How a signature beside a model is called where nothing is said.
  private static final String SIGNATURE = "model.sig";

  private final Surroundings surroundings;

  @Parameters(paramLabel = "MODEL", arity = "0..1", description = "What to sign.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "The private key: ECDSA on P-256, P-384 or P-521, PEM in PKCS #8, as openssl genpkey"
              + " writes it.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--signature",
      paramLabel = "FILE",
      description =
          "Where the signature goes; model.sig in the folder, or the file's name and .sig, by"
              + " default.")
  private Optional<Path> signature = Optional.empty();

  @Option(
      names = "--ignore",
      paramLabel = "PATH",
      description = "A path within the folder to leave out; may be given again.")
  private List<String> ignore = List.of();

  @Option(
      names = "--shards",
      paramLabel = "BYTES",
      arity = "0..1",
      fallbackValue = "1000000000",
      description =
          "Sign pieces of this length instead of whole files, 1000000000 where no number stands:"
              + " several threads then hash one large file.")
  private long shards;

  @Option(
      names = "--allow-symlinks",
      description =
          "Sign what links to files lead to. The specification will give this up; copy the files"
              + " instead where you can.")
  private boolean allowSymlinks;

  @Option(
      names = "--new-key",
      paramLabel = "FILE",
      description =
          "Make a new key: FILE, which only you may read, and the public half in FILE with the"
              + " ending .pub. Signs nothing without MODEL.")
  private Optional<Path> newKey = Optional.empty();

  @Option(
      names = "--curve",
      paramLabel = "CURVE",
      description = "The curve of a new key: P256, the default, P384 or P521.")
  private Curve curve = Curve.P256;

  SignCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (newKey.isEmpty() && (model.isEmpty() || key.isEmpty())) {
      throw new CliException(
          Exit.USAGE,
          "what to sign and the key are missing",
          "freehold sign MODEL --key FILE, or freehold sign --new-key FILE for a key.");
    }
    if (newKey.isPresent() && key.isPresent()) {
      throw new CliException(Exit.USAGE, "--key and --new-key", "Give one of them.");
    }
    newKey.ifPresent(this::makeKey);
    if (model.isPresent()) {
      sign(Path.of(model.get()), ModelKeys.privateKey(key.or(() -> newKey).orElseThrow()));
    }
    return Exit.OK.code();
  }

  private void makeKey(Path file) {
    KeyPair keys = ModelKeys.generate(curve);
    ECPublicKey open = (ECPublicKey) keys.getPublic();
    Path publicFile = publicFile(file);
    for (Path each : List.of(file, publicFile)) {
      if (Files.exists(each, LinkOption.NOFOLLOW_LINKS)) {
        throw new CliException(
            Exit.FAILURE, each + " is there already; a key is never written over", "");
      }
    }
    try {
      Files.createFile(
          file,
          PosixFilePermissions.asFileAttribute(
              Set.copyOf(PosixFilePermissions.fromString("rw-------"))));
      Files.writeString(file, ModelKeys.pem((ECPrivateKey) keys.getPrivate()));
      Files.writeString(publicFile, ModelKeys.pem(open), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new CliException(
          Exit.FAILURE, e.getFile() + " is there already; a key is never written over", "");
    } catch (IOException e) {
      throw new CliException("%s: cannot be written: %s".formatted(file, e.getMessage()), e);
    }
    surroundings.err().println("made " + file + ", to be kept secret, and " + publicFile);
    surroundings.out().println(ModelKeys.hint(open));
  }

  private static Path publicFile(Path file) {
    String name = String.valueOf(file.getFileName());
    String stem = name.endsWith(".pem") ? name.substring(0, name.length() - 4) : name;
    return file.resolveSibling(stem + ".pub");
  }

  private void sign(Path named, ECPrivateKey privateKey) throws InterruptedException {
    Optional<KeptModel> kept = KeptModel.find(surroundings, named);
    if (kept.isPresent()) {
      attach(kept.get(), privateKey);
      return;
    }
    Path path = Files.exists(named) ? named : found(named.toString()).path();
    requireKeyOutside(path);
    Path out = signature.orElseGet(() -> placeFor(path));
    Serialization serialization = new Serialization(shards, allowSymlinks, ignored(path, out));
    ModelSignature signatures =
        new ModelSignature(Runtime.getRuntime().availableProcessors(), n -> {});
    ModelManifest manifest = signatures.manifest(path, serialization, Optional.of(out));
    write(out, ModelSignature.sign(manifest, privateKey));
    surroundings
        .err()
        .println(
            "signed %d %s of %s with the key %s"
                .formatted(
                    manifest.resources().size(),
                    shards == 0 ? "files" : "shards",
                    Failure.printable(manifest.name()),
                    ModelKeys.hint(ModelKeys.publicOf(privateKey))));
    surroundings.out().println(Failure.printable(out.toString()));
  }

  /// A key in the folder would be signed with it, and given away with it.
  private void requireKeyOutside(Path model) {
    Path place = key.or(() -> newKey).orElseThrow().toAbsolutePath().normalize();
    if (Files.isDirectory(model) && place.startsWith(model.toAbsolutePath().normalize())) {
      throw new CliException(
          Exit.FAILURE,
          "the private key " + place + " lies in the model's folder, and would go where it goes",
          "Move it out of the folder first.");
    }
  }

  private void attach(KeptModel kept, ECPrivateKey privateKey) {
    if (signature.isPresent() || !ignore.isEmpty() || shards != 0 || allowSymlinks) {
      throw new CliException(
          Exit.USAGE,
          "--signature, --ignore, --shards and --allow-symlinks are for files, not for the vault",
          "");
    }
    ModelManifest manifest = KeptSignatures.manifest(kept.entry().label(), kept.manifest());
    Vault vault = Vaults.openForWriting(surroundings, Optional.empty());
    KeptSignatures.attach(
        vault, kept.entry().manifest(), ModelSignature.sign(manifest, privateKey));
    new ModelParity(vault).keepOfAttachments(kept.entry());
    surroundings
        .err()
        .println(
            "signed %d files of %s with the key %s"
                .formatted(
                    manifest.resources().size(),
                    kept.entry().label(),
                    ModelKeys.hint(ModelKeys.publicOf(privateKey))));
    surroundings.out().println(kept.entry().label());
  }

  /// The paths to leave out, the signature itself among them where it lies in the model.
  private List<String> ignored(Path path, Path out) {
    Path root = path.toAbsolutePath().normalize();
    Path place = out.toAbsolutePath().normalize();
    if (!Files.isDirectory(path) || !place.startsWith(root)) {
      return ignore;
    }
    List<String> all = new java.util.ArrayList<>(ignore);
    all.add(root.relativize(place).toString().replace(java.io.File.separatorChar, '/'));
    return all;
  }

  private FoundModel found(String name) {
    return Models.find(surroundings, name);
  }

  private static Path placeFor(Path model) {
    return Files.isDirectory(model)
        ? model.resolve(SIGNATURE)
        : model.resolveSibling(model.getFileName() + ".sig");
  }

  private static void write(Path file, byte[] bytes) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.write(part, bytes);
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CliException("%s: cannot be written: %s".formatted(file, e.getMessage()), e);
    }
  }
}
