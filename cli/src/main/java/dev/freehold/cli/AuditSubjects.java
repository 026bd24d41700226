package dev.freehold.cli;

import dev.freehold.audit.AuditException;
import dev.freehold.audit.licence.Lineage;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.FolderSubject;
import dev.freehold.audit.subject.GgufSubject;
import dev.freehold.audit.subject.Subject;
import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.vault.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The models of this machine as an audit sees them.
final class AuditSubjects implements Lineage.Parents {
  private final Surroundings surroundings;

  AuditSubjects(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// The model of this name: a folder, a file, or one that list shows.
  ///
  /// @param digests whether weights are read for their digests
  Subject named(String name, boolean digests) {
    if (name.equals(DemoModel.NAME)) {
      return DemoSubject.of(surroundings);
    }
    Optional<Path> folder = folder(name);
    if (folder.isPresent()) {
      return FolderSubject.read(name, folder.get(), digests);
    }
    Optional<KeptModel> kept =
        isFile(name) ? Optional.empty() : KeptModel.named(surroundings, name);
    return kept.map(model -> KeptSubject.of(surroundings, model))
        .orElseGet(() -> of(Models.find(surroundings, name), digests));
  }

  private static boolean isFile(String name) {
    try {
      return Files.exists(Path.of(name));
    } catch (InvalidPathException noPath) {
      return false;
    }
  }

  private static Optional<Path> folder(String name) {
    try {
      Path path = Path.of(name);
      return Files.isDirectory(path) ? Optional.of(path) : Optional.empty();
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }

  /// A model that was found.
  Subject of(FoundModel found) {
    return of(found, false);
  }

  private Subject of(FoundModel found, boolean digests) {
    if (found.source() == FoundModel.Source.BUILT_IN) {
      return DemoSubject.of(surroundings);
    }
    Optional<KeptModel> kept = KeptModel.of(surroundings, found);
    if (kept.isPresent()) {
      return KeptSubject.of(surroundings, kept.get());
    }
    if (found.format() == FoundModel.Format.SAFETENSORS) {
      return FolderSubject.read(found.name(), found.path(), digests);
    }
    List<Document> beside = new ArrayList<>(beside(found));
    Path licence = found.extras().get("license");
    if (licence != null) {
      beside.add(new Document("LICENSE", bytes(licence)));
    }
    return GgufSubject.read(found.name(), found.path(), beside, digests);
  }

  /// Texts of terms that lie beside a file, as repositories have them.
  private static List<Document> beside(FoundModel found) {
    Path folder = found.path().toAbsolutePath().getParent();
    boolean isOfStore = found.source() == FoundModel.Source.OLLAMA;
    return isOfStore || folder == null ? List.of() : FolderSubject.texts(folder);
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > Document.MOST_BYTES) {
        throw new CliException(file + ": too long for a licence");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CliException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  /// A base that a card names, where it is on this machine, the vault first; paths are not
  /// followed.
  @Override
  public Optional<Subject> find(String name) {
    String wanted = name.replaceFirst("^https://huggingface\\.co/", "");
    if (!wanted.matches("[\\w.-]{1,100}/[\\w.-]{1,100}")) {
      return Optional.empty();
    }
    try {
      Optional<KeptModel> kept = KeptModel.ofAnyTag(surroundings, wanted);
      if (kept.isPresent()) {
        return kept.map(model -> KeptSubject.of(surroundings, model));
      }
      return Models.finder(surroundings).inventory().models().stream()
          .filter(model -> model.name().equalsIgnoreCase(wanted))
          .findFirst()
          .map(this::of);
    } catch (HubException | AuditException | CliException | VaultException unreadable) {
      return Optional.empty();
    }
  }
}
