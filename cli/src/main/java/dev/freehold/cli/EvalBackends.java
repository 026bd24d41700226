package dev.freehold.cli;

import static java.util.stream.Collectors.joining;

import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.LocalBackend;
import dev.freehold.engine.MachineMemory;
import dev.freehold.engine.receipt.ModelFile;
import dev.freehold.eval.Candidate;
import dev.freehold.eval.Meter;
import dev.freehold.gateway.ledger.PriceFile;
import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The backends that an evaluation asks, by the names of the command line; each is opened once.
final class EvalBackends implements AutoCloseable {
  private final Surroundings surroundings;
  private final ArithmeticOptions arithmetic;
  private final OptionalInt context;
  private final EvalServers servers;
  private final Optional<LocalMeter> local;
  private final Map<String, Candidate> opened = new HashMap<>();
  private final Closing closing = new Closing();

  /// @param context tokens of a prompt and its answer, for models of this machine
  /// @param gateway the file of a gateway whose routes can be asked
  /// @param isMeasured whether the energy of answers of this machine is wanted
  EvalBackends(
      Surroundings surroundings,
      ArithmeticOptions arithmetic,
      OptionalInt context,
      Optional<Path> gateway,
      boolean isMeasured) {
    this.servers = new EvalServers(surroundings, gateway);
    closing.push(servers);
    this.surroundings = surroundings;
    this.arithmetic = arithmetic;
    this.context = context;
    this.local = isMeasured ? Optional.of(meter(surroundings)) : Optional.empty();
  }

  private static LocalMeter meter(Surroundings surroundings) {
    PriceFile.Content terms = LedgerPlaces.readPrices(surroundings);
    return new LocalMeter(
        ServedLedger.energy(terms.tdpWatts(), why -> {}), Meter.NONE, terms.prices().energy());
  }

  /// The backend of this name, opened if it is not.
  Candidate open(String name, Meter meter) {
    Candidate there = opened.get(name);
    if (there != null) {
      return there;
    }
    Candidate candidate = servers.find(name, meter).orElseGet(() -> local(name, meter));
    opened.put(name, candidate);
    return candidate;
  }

  /// A model of this machine, on our own engine.
  private Candidate local(String name, Meter tokens) {
    FoundModel found = found(name);
    Model model = Models.open(surroundings, found, arithmetic);
    closing.push(model::close);
    int most = model.architecture().contextLength();
    OptionalInt length =
        context.isPresent() ? OptionalInt.of(Math.min(context.getAsInt(), most)) : context;
    LocalBackend backend =
        new LocalBackend(
            Models.local(found, model),
            new EngineOptions(
                length,
                EngineOptions.DEFAULT_STEP,
                MachineMemory.availableBytes(),
                surroundings.clock()));
    closing.push(backend::close);
    List<ModelFile> files = HashedFiles.of(found, model.store().files()).hash(surroundings);
    String digests =
        files.stream().map(file -> file.name() + " " + file.sha256()).collect(joining(", "));
    String detail =
        "%s, Freehold's engine, %s, sha256 of %s"
            .formatted(model.architecture().family(), arithmetic.numbers(), digests);
    Meter meter = local.<Meter>map(energy -> energy.with(tokens)).orElse(tokens);
    return new Candidate(name, detail, new Candidate.Source.Asked(backend, "", meter));
  }

  private FoundModel found(String name) {
    try {
      return Models.find(surroundings, name);
    } catch (CliException absent) {
      if (servers.names().isEmpty()) {
        throw absent;
      }
      throw new CliException(
          absent.exit(),
          String.valueOf(absent.getMessage()),
          "The gateway's file has the routes %s.".formatted(String.join(", ", servers.names())));
    }
  }

  @Override
  public void close() {
    closing.close();
  }
}
