package dev.freehold.cli;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ServedModel;
import dev.freehold.engine.Capabilities;
import dev.freehold.engine.EngineException;
import dev.freehold.engine.LocalModel;
import dev.freehold.engine.ModelSource;
import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.kernel.KernelException;
import dev.freehold.model.Model;
import dev.freehold.model.ModelException;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.TensorException;
import dev.freehold.text.TextException;
import dev.freehold.vault.store.ModelName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The models that a server offers: those that were named when it was started, or all that are on
/// this machine under a name; the first is that for requests that name none. Requests cannot name
/// files.
final class MachineModels implements ModelSource {
  private static final Duration INVENTORY_AGE = Duration.ofSeconds(5);
  private static final String LATEST = ":" + ModelName.LATEST;
  private static final int LONGEST_VALUE = 1024;
  private static final int LONGEST_LIST = 64;

  /// How the stores of Hugging Face and Ollama name files by their SHA-256.
  private static final Pattern BLOB = Pattern.compile("(?:sha256-)?([0-9a-f]{64})");

  private final Surroundings surroundings;
  private final ArithmeticOptions arithmetic;
  private final List<FoundModel> named;
  private final FoundModel usual;
  private final Optional<PrivateKey> signer;
  private final Map<String, ServedModel.Details> detailsByVersion = new ConcurrentHashMap<>();
  private final Set<String> damagedVersions = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean isDescribing = new AtomicBoolean();
  private List<FoundModel> inventory = List.of();
  private Instant inventoryTime = Instant.MIN;

  /// @param named the models to offer; empty for all on this machine
  /// @param usual the model that answers where a request names none
  /// @param signer signs receipts, where they are signed
  MachineModels(
      Surroundings surroundings,
      ArithmeticOptions arithmetic,
      List<FoundModel> named,
      FoundModel usual,
      Optional<PrivateKey> signer) {
    this.surroundings = surroundings;
    this.arithmetic = arithmetic;
    this.named = List.copyOf(named);
    this.usual = usual;
    this.signer = signer;
  }

  private synchronized List<FoundModel> found() {
    if (!named.isEmpty()) {
      return named;
    }
    Instant now = surroundings.clock().instant();
    if (inventoryTime.plus(INVENTORY_AGE).isBefore(now)) {
      List<FoundModel> all = new ArrayList<>(Models.inventory(surroundings).models());
      all.removeIf(model -> model.name().equals(usual.name()));
      all.addFirst(usual);
      Set<String> names = new HashSet<>(); // of two under one name the finder takes the first
      all.removeIf(model -> !names.add(model.name()));
      inventory = List.copyOf(all);
      inventoryTime = now;
    }
    return inventory;
  }

  /// Looks for models anew when it is next asked: there are others now.
  synchronized void refresh() {
    inventoryTime = Instant.MIN;
  }

  /// Reads what the listed models are, one after the other, so that the next list tells it; the
  /// first one does not wait.
  private void describe(List<FoundModel> listed) {
    boolean isKnown =
        listed.stream()
            .map(MachineModels::version)
            .allMatch(v -> detailsByVersion.containsKey(v) || damagedVersions.contains(v));
    if (isKnown || !isDescribing.compareAndSet(false, true)) {
      return;
    }
    Thread.ofVirtual()
        .start(() -> {
          try {
            listed.forEach(this::describe);
          } finally {
            isDescribing.set(false);
          }
        });
  }

  private void describe(FoundModel model) {
    String version = version(model);
    if (!damagedVersions.contains(version)) {
      try {
        details(model.name());
      } catch (ChatException damaged) { // told to whoever asks for this one
        damagedVersions.add(version);
      }
    }
  }

  @Override
  public List<ServedModel> models() {
    List<ServedModel> models = new ArrayList<>();
    List<FoundModel> listed = found();
    describe(listed);
    for (FoundModel model : listed) {
      models.add(
          new ServedModel(
              model.name(),
              model.name().equals(DemoModel.NAME) ? DemoModel.WHAT_IT_IS : "",
              modified(model),
              model.bytes(),
              Optional.ofNullable(detailsByVersion.get(version(model))),
              Optional.empty()));
    }
    return models;
  }

  private static Instant modified(FoundModel model) {
    try {
      return Files.getLastModifiedTime(model.path()).toInstant();
    } catch (IOException gone) {
      return Instant.EPOCH;
    }
  }

  /// The model that is offered under a name.
  Optional<FoundModel> offered(String name) {
    return found().stream().filter(model -> model.name().equals(name)).findFirst();
  }

  @Override
  public String resolve(String name) {
    return find(name.isEmpty() ? usual.name() : name).name();
  }

  private FoundModel find(String name) {
    List<FoundModel> all = found();
    return all.stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .or(() -> byFold(all, name))
        .orElseThrow(() -> unknown(all, name));
  }

  /// The only model that has this name when upper and lower case are the same, and `latest` is the
  /// tag of a name without one.
  private static Optional<FoundModel> byFold(List<FoundModel> all, String name) {
    List<FoundModel> alike =
        all.stream().filter(model -> fold(model.name()).equals(fold(name))).toList();
    return alike.size() == 1 ? Optional.of(alike.getFirst()) : Optional.empty();
  }

  private static String fold(String name) {
    String small = name.toLowerCase(Locale.ROOT);
    return small.endsWith(LATEST) ? small.substring(0, small.length() - LATEST.length()) : small;
  }

  private static ChatException unknown(List<FoundModel> all, String name) {
    int shown = 10;
    String names =
        String.join(", ", all.stream().limit(shown).map(FoundModel::name).toList())
            + (all.size() > shown ? ", and %d more".formatted(all.size() - shown) : "");
    return new ChatException(
        Kind.MODEL_NOT_FOUND,
        "model",
        "\"%s\" is not served here; there are: %s".formatted(name, names));
  }

  @Override
  public ServedModel.Details details(String name) {
    FoundModel found = find(name);
    return detailsByVersion.computeIfAbsent(
        version(found),
        version -> {
          LocalModel local = open(found);
          try (Model model = local.model()) {
            return details(found, local, model);
          }
        });
  }

  /// The SHA-256 of a model of one file, where it is known without reading the file: stores name
  /// their blobs by it, and it is remembered where it was computed before. Empty where it is not.
  private String digest(FoundModel found, Model model) {
    try {
      Path file = found.path().toRealPath();
      Matcher blob = BLOB.matcher(String.valueOf(file.getFileName()));
      boolean isOfStore =
          found.source() == FoundModel.Source.HUGGING_FACE
              || found.source() == FoundModel.Source.OLLAMA;
      if (model.store().files().size() != 1) {
        return "";
      }
      return isOfStore && blob.matches()
          ? blob.group(1)
          : new DigestMemory(DigestMemory.folder(surroundings))
              .recall(model.store().files())
              .orElse("");
    } catch (IOException | CliException unknown) {
      return "";
    }
  }

  private ServedModel.Details details(FoundModel found, LocalModel local, Model model) {
    String quantization =
        model.parametersByDtype().entrySet().stream()
            .max(Map.Entry.<Dtype, Long>comparingByValue())
            .map(entry -> entry.getKey().name())
            .orElse("");
    return new ServedModel.Details(
        digest(found, model),
        found.format().label(),
        model.architecture().family(),
        quantization,
        model.parameters(),
        model.architecture().contextLength(),
        model.architecture().modelDim(),
        Capabilities.of(local),
        local.templates().sources().getOrDefault("default", ""),
        metadata(model.store().metadata().asMap()));
  }

  /// The metadata without what is long: vocabularies, merges, templates.
  private static JsonNode metadata(Map<String, Object> values) {
    Map<String, Object> kept = new java.util.TreeMap<>();
    values.forEach((key, value) -> {
      boolean isShort =
          switch (value) {
            case String text -> text.length() <= LONGEST_VALUE;
            case List<?> list -> list.size() <= LONGEST_LIST;
            default -> value instanceof Number || value instanceof Boolean;
          };
      if (isShort) {
        kept.put(key, value);
      }
    });
    return JsonMapper.shared().valueToTree(kept);
  }

  @Override
  public long memoryBytes(String name) {
    return find(name).bytes();
  }

  @Override
  public String version(String name) {
    return version(find(name));
  }

  /// Names, sizes and time stamps of a model's files.
  private static String version(FoundModel model) {
    StringBuilder version = new StringBuilder(model.path().toString());
    try {
      if (Files.isDirectory(model.path())) {
        try (Stream<Path> files = Files.list(model.path())) {
          for (Path file : files.sorted().toList()) {
            version.append(stamp(file));
          }
        }
      } else {
        version.append(stamp(model.path()));
      }
    } catch (IOException gone) {
      version.append(" gone");
    }
    return version.toString();
  }

  private static String stamp(Path file) throws IOException {
    return " %s %d %s"
        .formatted(file.getFileName(), Files.size(file), Files.getLastModifiedTime(file));
  }

  @Override
  public LocalModel open(String name) {
    FoundModel found = find(name);
    String version = version(found);
    LocalModel local = open(found);
    try {
      detailsByVersion.computeIfAbsent(version, key -> details(found, local, local.model()));
      return local;
    } catch (Throwable e) {
      local.model().close();
      throw e;
    }
  }

  /// What a policy refuses is served to nobody.
  private void requirePermitted(FoundModel found) {
    new AuditPolicy(surroundings)
        .against(found)
        .ifPresent(reason -> {
          throw new ChatException(
              Kind.NOT_SUPPORTED,
              "model",
              "\"%s\" is refused by this server's policy: %s".formatted(found.name(), reason));
        });
  }

  private LocalModel open(FoundModel found) {
    requirePermitted(found);
    try {
      Model model = Models.openQuickly(surroundings, found, arithmetic);
      try {
        return Models.local(surroundings, found, model, signer);
      } catch (Throwable e) {
        model.close();
        throw e;
      }
    } catch (ModelException
        | TensorException
        | TextException
        | KernelException
        | EngineException
        | HubException e) {
      throw new ChatException(
          Kind.FAILED, "\"%s\" cannot be opened: %s".formatted(found.name(), e.getMessage()), e);
    }
  }
}
