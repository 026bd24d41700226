package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Brings files of a Hugging Face repository into the cache that its tools share.
///
/// Order: blobs, each under its name once it is whole and verified; links to them in the commit's
/// snapshot; last the revision's name in `refs`. So a kill at any moment leaves nothing that names
/// what is not there. Files of the revision's former snapshot that are the same in the new one are
/// linked there too, so that moving the revision on hides no model. Source: the layout that the
/// hub's documentation gives under "Hub Local Cache".
final class HuggingFacePull implements PreparedPull {
  private final Path cache;
  private final Path repository;
  private final Path locks;
  private final Listing listing;
  private final String revision;
  private final PullPlan plan;
  private final Consumer<PullEvent> events;

  private HuggingFacePull(
      Path cache, Listing listing, String revision, PullPlan plan, Consumer<PullEvent> events) {
    String folder = folderName(listing.repository());
    this.cache = cache;
    this.repository = cache.resolve(folder);
    this.locks = cache.resolve(".locks").resolve(folder);
    this.listing = listing;
    this.revision = revision;
    this.plan = plan;
    this.events = events;
  }

  private static String folderName(String repository) {
    return "models--" + repository.replace("/", "--");
  }

  /// Asks the hub what there is and chooses.
  static HuggingFacePull prepare(
      HuggingFaceHub hub, Path cache, PullRequest request, Consumer<PullEvent> events)
      throws IOException, InterruptedException {
    String revision = request.revision().orElse("main");
    Listing listing;
    FileChoice.Chosen chosen;
    switch (request.reference()) {
      case ModelReference.HuggingFace asked -> {
        listing = hub.list(asked.repository(), revision);
        FileChoice choice = new FileChoice(listing);
        chosen =
            request.files().isEmpty()
                ? choice.model(asked.variant())
                : choice.named(request.files());
      }
      case ModelReference.HuggingFaceFile asked -> {
        revision = request.revision().orElse(asked.revision());
        listing = hub.list(asked.repository(), revision);
        chosen = new FileChoice(listing).named(List.of(asked.path()));
      }
      case ModelReference.Ollama _, ModelReference.WebFile _ ->
          throw new IllegalArgumentException("not of the hub");
    }
    List<RemoteFile> files = new ArrayList<>();
    Map<String, Long> here = new HashMap<>();
    Path blobs = cache.resolve(folderName(listing.repository())).resolve("blobs");
    for (Listing.Entry entry : chosen.entries()) {
      RemoteFile file = hub.file(listing, entry);
      files.add(file);
      here.put(file.name(), BlobFetcher.bytesHere(blobs.resolve(file.hex()), file.bytes()));
    }
    PullPlan plan =
        new PullPlan(
            request.reference(),
            "hf.co/" + chosen.name(),
            listing.commit(),
            files,
            here,
            listing.identity());
    return new HuggingFacePull(cache, listing, revision, plan, events);
  }

  @Override
  public PullPlan plan() {
    return plan;
  }

  @Override
  public Path folder() {
    return cache;
  }

  @Override
  public PullResult complete(BlobFetcher fetcher) throws IOException, InterruptedException {
    Path blobs = repository.resolve("blobs");
    StoreFolders.make(cache, blobs);
    StoreFolders.make(cache, locks);
    List<Path> paths = new ArrayList<>();
    Path snapshot = repository.resolve("snapshots").resolve(listing.commit());
    for (RemoteFile file : plan.files()) {
      String digest = file.hex();
      fetcher.fetch(file, blobs.resolve(digest), locks.resolve(digest + ".lock"));
      Path link = SafePath.below(snapshot, file.name());
      StoreFolders.make(cache, StoreFolders.parent(link));
      link(link, blobs.resolve(digest));
      paths.add(link);
    }
    carryOver(snapshot, blobs);
    name();
    boolean isFile = plan.files().stream().anyMatch(f -> f.name().endsWith(".gguf"));
    Path model =
        isFile
            ? paths.stream().filter(p -> p.toString().endsWith(".gguf")).findFirst().orElseThrow()
            : snapshot;
    return new PullResult(plan, model, paths);
  }

  /// Makes a name in the snapshot mean a blob. A link that is there and means something else gives
  /// way; what is no link stays where it has the right size, as tools leave it on systems without
  /// links.
  private void link(Path link, Path blob) throws IOException {
    Path target = StoreFolders.parent(link).relativize(blob.toAbsolutePath());
    if (Files.isSymbolicLink(link)) {
      if (Files.readSymbolicLink(link).equals(target)) {
        return;
      }
      Files.delete(link);
    } else if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      StoreFolders.requirePlain(link);
      Files.delete(link);
    }
    try {
      Files.createSymbolicLink(link, target);
    } catch (UnsupportedOperationException | FileSystemException e) {
      events.accept(
          new PullEvent.Note(
              "this file system makes no symbolic links, so %s is a second name of its blob, or a"
                      .formatted(link.getFileName())
                  + " copy"));
      copy(blob, link);
    }
    StoreFolders.force(StoreFolders.parent(link));
  }

  private static void copy(Path blob, Path link) throws IOException {
    try {
      Files.createLink(link, blob);
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.copy(blob, link);
    }
  }

  /// Links what the revision's former snapshot has and the new one lists with the same bytes.
  private void carryOver(Path snapshot, Path blobs) throws IOException {
    Optional<String> former = revisionNow();
    if (former.isEmpty() || former.get().equals(listing.commit())) {
      return;
    }
    Path old = repository.resolve("snapshots").resolve(former.get());
    for (Listing.Entry entry : listing.entries()) {
      if (entry.digest().isEmpty() || SafePath.problem(entry.path()).isPresent()) {
        continue;
      }
      Path blob = blobs.resolve(entry.digest().get().hex());
      Path before = SafePath.below(old, entry.path());
      Path now = SafePath.below(snapshot, entry.path());
      if (StoreFolders.holds(blob, entry.bytes())
          && Files.exists(before)
          && Files.isSameFile(before, blob)
          && !Files.exists(now, LinkOption.NOFOLLOW_LINKS)) {
        StoreFolders.make(cache, StoreFolders.parent(now));
        link(now, blob);
      }
    }
    events.accept(
        new PullEvent.Note(
            "%s of hf.co/%s has moved from commit %s to %s; files of the former are kept"
                .formatted(
                    revision,
                    listing.repository(),
                    former.get().substring(0, 12),
                    listing.commit().substring(0, 12))));
  }

  private Optional<String> revisionNow() throws IOException {
    Path ref = SafePath.below(repository.resolve("refs"), revision);
    if (!Files.isRegularFile(ref, LinkOption.NOFOLLOW_LINKS) || Files.size(ref) > 100) {
      return Optional.empty();
    }
    String commit = Files.readString(ref, StandardCharsets.ISO_8859_1).strip();
    return commit.matches("[0-9a-f]{40}") ? Optional.of(commit) : Optional.empty();
  }

  /// Records which commit the revision means.
  private void name() throws IOException {
    if (revision.equals(listing.commit())) {
      return;
    }
    Path ref = SafePath.below(repository.resolve("refs"), revision);
    if (revisionNow().filter(listing.commit()::equals).isPresent()) {
      return;
    }
    StoreFolders.make(cache, StoreFolders.parent(ref));
    if (Files.isSymbolicLink(ref)) {
      throw new HubException(ref + " is a link: refused; remove it");
    }
    StoreFolders.write(ref, listing.commit().getBytes(StandardCharsets.US_ASCII));
  }
}
