package dev.freehold.cli;

import dev.freehold.engine.LocalModel;
import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.hub.Inventory;
import dev.freehold.hub.ModelFinder;
import dev.freehold.hub.ModelLocations;
import dev.freehold.hub.ModelStore;
import dev.freehold.hub.pull.ModelReference;
import dev.freehold.kernel.PreparedFile;
import dev.freehold.model.Config;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.TensorStore;
import dev.freehold.text.TokenizerTables;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds and opens the models that commands name.
final class Models {
  /// The variable that names the model that is used where none is named, as bundles set it.
  static final String USUAL = "FREEHOLD_MODEL";

  private Models() {}

  /// A finder over the stores of this machine and the user's own folders.
  static ModelFinder finder(Surroundings surroundings) {
    List<ModelStore> stores = new ArrayList<>(List.of(Vaults.models(surroundings)));
    stores.addAll(storesOutsideVault(surroundings));
    return new ModelFinder(stores);
  }

  /// A finder over all but what is kept in the vault.
  static ModelFinder finderOutsideVault(Surroundings surroundings) {
    return new ModelFinder(storesOutsideVault(surroundings));
  }

  private static List<ModelStore> storesOutsideVault(Surroundings surroundings) {
    return ModelLocations.of(
            surroundings.environment(),
            surroundings.home(),
            Configuration.read(surroundings).models())
        .stores();
  }

  /// All models that can be named: those in stores and folders, and the demo.
  static Inventory inventory(Surroundings surroundings) {
    Inventory found = finder(surroundings).inventory();
    return found.and(new Inventory(List.of(DemoModel.found(surroundings)), List.of()));
  }

  /// The model that `name` means; `demo` is the one that Freehold carries.
  static FoundModel find(Surroundings surroundings, String name) {
    if (name.equals(DemoModel.NAME)) {
      return DemoModel.found(surroundings);
    }
    try {
      return finder(surroundings).find(name);
    } catch (HubException failure) {
      if (!failure.isNotFound()) {
        throw failure;
      }
      CliException told =
          new CliException(Exit.FAILURE, String.valueOf(failure.getMessage()), howToPull(name));
      told.initCause(failure);
      throw told;
    }
  }

  /// How to fetch a model of this name, where it can be one that is elsewhere.
  private static String howToPull(String name) {
    try {
      ModelReference.parse(name);
      return "If it is a model elsewhere, this fetches it: freehold pull " + name;
    } catch (HubException several) {
      return name.matches("[\\w.-]+/[\\w.:-]+")
          ? "To fetch it from Hugging Face: freehold pull hf.co/" + name
          : "";
    }
  }

  /// The model that is named, else the one that `FREEHOLD_MODEL` or the settings name, else the
  /// demo, which is told.
  static FoundModel findOrDefault(Surroundings surroundings, Optional<String> name) {
    Optional<String> wanted = name.or(() -> usualName(surroundings));
    if (wanted.isEmpty()) {
      DemoModel.announce(surroundings.err());
    }
    return find(surroundings, wanted.orElse(DemoModel.NAME));
  }

  /// What `FREEHOLD_MODEL` or the settings name.
  static Optional<String> usualName(Surroundings surroundings) {
    return Optional.ofNullable(surroundings.environment().get(USUAL))
        .filter(named -> !named.isBlank())
        .or(() -> Configuration.read(surroundings).model());
  }

  /// Opens a model, with its prepared file where there is one that these options can use.
  static Model open(Surroundings surroundings, FoundModel found, ArithmeticOptions arithmetic) {
    return open(surroundings, found, arithmetic, arithmetic.modelOptions());
  }

  /// The same for an engine, which calls [Model#warmUp] later.
  static Model openQuickly(
      Surroundings surroundings, FoundModel found, ArithmeticOptions arithmetic) {
    return open(surroundings, found, arithmetic, arithmetic.modelOptions().withQuickStart());
  }

  private static Model open(
      Surroundings surroundings,
      FoundModel found,
      ArithmeticOptions arithmetic,
      ModelOptions options) {
    Vaults.hold(surroundings, found);
    TensorStore store = ModelFiles.open(found.path());
    Config config;
    Optional<PreparedFile> prepared;
    try {
      config = Config.of(found.path(), store);
      prepared =
          arithmetic.usesPrepared()
              ? PreparedCache.of(surroundings).find(found.path(), store.files(), surroundings.err())
              : Optional.empty();
    } catch (Throwable e) {
      store.close();
      throw e;
    }
    return Model.open(config, store, options, prepared);
  }

  /// A model whose answers can have receipts.
  ///
  /// @param signer signs them, where they are signed
  static LocalModel local(
      Surroundings surroundings, FoundModel found, Model opened, Optional<PrivateKey> signer) {
    HashedFiles files = HashedFiles.of(found, opened.store().files());
    Optional<TokenizerTables> tables =
        PreparedCache.of(surroundings).findTokenizer(opened.store().files());
    return local(found, opened, tables).withOrigin(new MachineOrigin(surroundings, files, signer));
  }

  /// A model with its tokenizer and chat templates.
  static LocalModel local(FoundModel found, Model opened) {
    return local(found, opened, Optional.empty());
  }

  private static LocalModel local(
      FoundModel found, Model opened, Optional<TokenizerTables> tables) {
    return switch (found.format()) {
      case GGUF -> LocalModel.fromGguf(found.name(), opened, tables);
      case SAFETENSORS -> LocalModel.fromFolder(found.name(), opened, found.path());
    };
  }
}
