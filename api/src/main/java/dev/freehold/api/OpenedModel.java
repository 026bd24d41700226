package dev.freehold.api;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.TokenBackend;
import dev.freehold.engine.EngineException;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.LocalBackend;
import dev.freehold.engine.LocalModel;
import dev.freehold.hub.CarriedModel;
import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.hub.ModelFinder;
import dev.freehold.hub.ModelLocations;
import dev.freehold.kernel.KernelException;
import dev.freehold.model.Model;
import dev.freehold.model.ModelException;
import dev.freehold.tensor.TensorException;
import dev.freehold.text.TextException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// A model that was found on this machine and opened, with its engine.
final class OpenedModel implements EmbeddingBackend, AutoCloseable {
  private static final String CARRIED = "seedling.gguf";

  private final String name;
  private final Model model;
  private final LocalBackend backend;

  /// Read by who computes on a thread of its own, so that the weights stay while it does.
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

  private boolean isClosed;

  private OpenedModel(String name, Model model, LocalBackend backend) {
    this.name = name;
    this.model = model;
    this.backend = backend;
  }

  /// @throws ChatException where there is no such model, several are meant, or it cannot be opened
  static OpenedModel open(String name, ModelSettings settings) {
    EngineOptions options = settings.engineOptions();
    FoundModel found = find(name);
    try {
      Model model = Model.open(found.path(), settings.arithmetic().withQuickStart());
      try {
        LocalModel local =
            switch (found.format()) {
              case GGUF -> LocalModel.fromGguf(name, model);
              case SAFETENSORS -> LocalModel.fromFolder(name, model, found.path());
            };
        return new OpenedModel(name, model, new LocalBackend(local, options));
      } catch (Throwable e) {
        model.close();
        throw e;
      }
    } catch (ModelException
        | TensorException
        | TextException
        | KernelException
        | EngineException e) {
      throw new ChatException(
          Kind.FAILED, "\"%s\" cannot be opened: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static FoundModel find(String name) {
    Map<String, String> environment = System.getenv();
    Path home = home(environment);
    try {
      return name.equals(CarriedModel.DEMO)
          ? CarriedModel.placed(carried(), CarriedModel.folder(environment, home))
          : new ModelFinder(ModelLocations.of(environment, home, List.of()).stores()).find(name);
    } catch (HubException e) {
      Kind kind = e.getCause() == null ? Kind.MODEL_NOT_FOUND : Kind.FAILED;
      throw new ChatException(kind, String.valueOf(e.getMessage()), e);
    }
  }

  /// The folder that `HOME` names, as every other program takes it, else the one of the account.
  private static Path home(Map<String, String> environment) {
    String named = environment.getOrDefault("HOME", "");
    return Path.of(named.startsWith("/") ? named : System.getProperty("user.home"));
  }

  private static byte[] carried() {
    try (InputStream in = OpenedModel.class.getResourceAsStream(CARRIED)) {
      if (in == null) {
        throw new IllegalStateException("this build carries no " + CARRIED);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ChatException(Kind.FAILED, "the demo model cannot be read: " + e.getMessage(), e);
    }
  }

  String name() {
    return name;
  }

  ChatBackend chat() {
    return backend;
  }

  TokenBackend tokens() {
    return backend;
  }

  @Override
  public Embedding embed(EmbeddingRequest request, Cancellation cancellation) {
    use.readLock().lock();
    try {
      if (isClosed) {
        throw new ChatException(Kind.UNAVAILABLE, "", "\"%s\" is closed".formatted(name));
      }
      return backend.embed(request, cancellation);
    } catch (ModelException | TensorException e) {
      throw new ChatException(Kind.FAILED, String.valueOf(e.getMessage()), e);
    } finally {
      use.readLock().unlock();
    }
  }

  /// Breaks off answers and waits for embeddings.
  @Override
  public void close() {
    backend.close();
    use.writeLock().lock();
    try {
      if (!isClosed) {
        isClosed = true;
        model.close();
      }
    } finally {
      use.writeLock().unlock();
    }
  }
}
