package dev.freehold.cli;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.PullEvent;
import dev.freehold.hub.pull.PullSettings;
import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.registry.RegistryPull;
import dev.freehold.vault.registry.RegistryPush;
import dev.freehold.vault.registry.RegistryReference;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Vault;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jline.terminal.spi.SystemStream;

/// Models between the vault and registries, as commands bring and send them.
record RegistryExchange(Surroundings surroundings, Optional<Path> folder) {
  private static final String OFFLINE = "registries cannot be asked: the network may not be used";

  /// What is done with a registry.
  private interface Work<T> {
    T run(RegistryClient client) throws InterruptedException;
  }

  /// `pull oci://...`: into the vault, with parity as of every kept model.
  Integer pull(String text, Optional<String> named, int connections, boolean json) {
    RegistryReference reference = RegistryReference.parse(text);
    ModelName name = name(reference, named);
    Vault vault = Vaults.openForWriting(surroundings, folder);
    ParityOption parity = new ParityOption();
    RegistryPull.Pulled pulled =
        with(
            reference,
            false,
            connections,
            client ->
                new RegistryPull(vault, client, parity.redundancy(), surroundings.clock())
                    .pull(reference, name));
    parity.keep(surroundings, vault, name, Map.of());
    pulled
        .warnings()
        .forEach(warning -> surroundings.err().println("warning: " + Failure.printable(warning)));
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> {
          printer.field("name", name.toString());
          printer.field("digest", pulled.manifest().digest().toString());
          printer.field("from", reference.toString());
          printer.field("upstream", pulled.upstream().toString());
          printer.field("new", pulled.isNew());
          printer.array("warnings", pulled.warnings(), printer::value);
        });
      }
      return Exit.OK.code();
    }
    surroundings
        .err()
        .println(
            (pulled.isNew() ? "kept" : "kept already")
                + ", "
                + pulled.manifest().digest()
                + "; run it with: freehold run "
                + name);
    surroundings.out().println(name);
    return Exit.OK.code();
  }

  /// `vault push NAME oci://...`.
  Integer push(String model, String text, Optional<String> from, boolean json) {
    RegistryReference reference = RegistryReference.parse(text);
    Vault vault = Vaults.open(surroundings, folder);
    Entry entry = vault.find(model);
    RegistryPush.Pushed pushed =
        with(
            reference,
            true,
            PullSettings.DEFAULT_CONNECTIONS,
            client -> new RegistryPush(vault, client).push(entry.manifest(), reference, from));
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> {
          printer.field("to", reference.toString());
          printer.field("digest", entry.digest().toString());
          printer.field("blobs", pushed.blobs());
          printer.field("bytes", pushed.bytes());
          printer.field("attachments", pushed.attachments());
        });
      }
      return Exit.OK.code();
    }
    surroundings
        .err()
        .println(
            "sent %d blobs, %s; %d attachments"
                .formatted(pushed.blobs(), Sizes.bytes(pushed.bytes()), pushed.attachments()));
    surroundings.out().println(RegistryReference.SCHEME + withDigest(reference, entry));
    return Exit.OK.code();
  }

  /// The reference that cannot move.
  private static String withDigest(RegistryReference reference, Entry entry) {
    return reference.host() + "/" + reference.repository() + "@" + entry.digest();
  }

  private <T> T with(RegistryReference reference, boolean mayPush, int connections, Work<T> work) {
    boolean isTerminal = TerminalStreams.isTerminal(SystemStream.Error);
    PullProgress progress = new PullProgress(surroundings.err(), isTerminal, System::nanoTime);
    try (RegistryClient client = client(reference, mayPush, connections, progress)) {
      return StoppableWork.run(
          () -> work.run(client),
          mayPush
              ? "what was sent the registry has, under no name"
              : "what has arrived is kept and gone on from");
    } catch (HubException failure) {
      CliException told =
          new CliException(
              Exit.FAILURE,
              String.valueOf(failure.getMessage()),
              progress.hasFetched()
                  ? "What has arrived is kept; the same command goes on from there."
                  : "");
      told.initCause(failure);
      throw told;
    } finally {
      progress.end();
    }
  }

  /// The repository of a reference, asked as who is logged in there.
  RegistryClient client(
      RegistryReference reference, boolean mayPush, int connections, Consumer<PullEvent> events) {
    HubEnvironment hubs = HubEnvironment.of(surroundings);
    if (hubs.isOffline()) {
      throw new CliException(Exit.FAILURE, OFFLINE, "Unset HF_HUB_OFFLINE.");
    }
    RegistryLogins logins = new RegistryLogins(surroundings);
    return new RegistryClient(
        new RegistryClient.Access(
            reference.address(),
            reference.path(),
            logins.find(reference.host()),
            logins.realms(),
            mayPush),
        hubs.settings(connections),
        events);
  }

  private static ModelName name(RegistryReference reference, Optional<String> named) {
    if (named.isPresent()) {
      return ModelName.parse(named.get());
    }
    String tag =
        reference.tag().orElseGet(() -> reference.digest().orElseThrow().hex().substring(0, 12));
    try {
      return new ModelName(reference.repository(), tag);
    } catch (VaultException noName) {
      throw new CliException(
          Exit.USAGE,
          String.valueOf(noName.getMessage()),
          "Give it a name in the vault: --name NAME:TAG");
    }
  }
}
