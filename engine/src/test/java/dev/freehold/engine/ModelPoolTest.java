package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Activity;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.ServedModel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/// Models are opened when they are asked for, and go when time or memory says so, but never from
/// under an answer.
class ModelPoolTest {
  private static final long WEIGHTS = 1 << 20;
  private static final Duration FOR_EVER = Duration.ofSeconds(-1);

  /// Two names for the same small file, with a record of what was opened.
  private static final class Source implements ModelSource {
    final List<String> opened = new ArrayList<>();
    final Map<String, String> versions = new ConcurrentHashMap<>(Map.of("a", "1", "b", "1"));

    @Override
    public List<ServedModel> models() {
      return List.of(served("a"), served("b"));
    }

    private static ServedModel served(String name) {
      return new ServedModel(
          name, "small", Instant.EPOCH, WEIGHTS, Optional.empty(), Optional.empty());
    }

    @Override
    public String resolve(String name) {
      String full = name.isEmpty() ? "a" : name;
      if (!versions.containsKey(full)) {
        throw new ChatException(Kind.MODEL_NOT_FOUND, "model", "no " + full);
      }
      return full;
    }

    @Override
    public ServedModel.Details details(String name) {
      return new ServedModel.Details(
          "",
          "gguf",
          "qwen2",
          "F32",
          1,
          512,
          64,
          Set.of(),
          "",
          JsonNodeFactory.instance.nullNode());
    }

    @Override
    public long memoryBytes(String name) {
      return WEIGHTS;
    }

    @Override
    public String version(String name) {
      return versions.getOrDefault(name, "");
    }

    @Override
    public LocalModel open(String name) {
      if (versions.getOrDefault(name, "").equals("broken")) {
        throw new ChatException(Kind.FAILED, "", name + " is damaged");
      }
      synchronized (opened) {
        opened.add(name + versions.get(name));
      }
      LocalModel local = Goldens.local(Goldens.open("qwen2/model.gguf"), true);
      return new LocalModel(
          name, local.model(), local.tokenizer(), local.templates(), local.defaults());
    }
  }

  private final Source source = new Source();

  private ModelPool pool(long memory, Duration keepAlive) {
    EngineOptions engine =
        new EngineOptions(OptionalInt.of(128), 16, 1, Clock.systemUTC(), Scheduling.DEFAULT);
    return new ModelPool(source, new PoolOptions(memory, 0.5, keepAlive, engine));
  }

  private static ChatRequest request(String model, int tokens) {
    return new ChatRequest(
        model,
        new Input.Tokens(List.of(5, 6, 7)),
        Sampling.greedy(),
        Ending.NATURAL.withMaxTokens(tokens));
  }

  private static List<String> loaded(ModelPool pool) {
    return pool.models().stream()
        .filter(model -> model.loaded().isPresent())
        .map(ServedModel::name)
        .toList();
  }

  @Test
  void modelsAreOpenedOnceAndWhenTheyAreAskedFor() throws Exception {
    try (ModelPool pool = pool(1 << 30, FOR_EVER);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(loaded(pool)).isEmpty();
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(threads.submit(() -> pool.text(request("", 4))));
      }
      String first = answers.getFirst().get();
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo(first);
      }
      assertThat(pool.text(request("b", 4))).isEqualTo(first);
      assertThat(source.opened).containsExactly("a1", "b1");
      assertThat(loaded(pool)).containsExactly("a", "b");
      assertThat(pool.activity()).extracting(Activity::model).containsExactly("a", "b");
      assertThat(pool.show("a").details()).isPresent();
      assertThat(pool.show("a").loaded().orElseThrow().until()).isEmpty();
      assertThatThrownBy(() -> pool.text(request("c", 1)))
          .isInstanceOfSatisfying(
              ChatException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MODEL_NOT_FOUND));
    }
  }

  @Test
  void anIdleModelGoesAfterItsTimeAndTheTimeCanBeSet() throws Exception {
    try (ModelPool pool = pool(1 << 30, Duration.ofMillis(50))) {
      pool.load("a", Optional.empty());
      pool.load("b", Optional.of(FOR_EVER));
      Instant deadline = Instant.now().plusSeconds(120);
      while (loaded(pool).contains("a") && Instant.now().isBefore(deadline)) {
        Thread.sleep(20);
      }
      assertThat(loaded(pool)).containsExactly("b");
      pool.load("b", Optional.of(Duration.ZERO));
      while (!loaded(pool).isEmpty() && Instant.now().isBefore(deadline)) {
        Thread.sleep(20);
      }
      assertThat(loaded(pool)).isEmpty();
    }
  }

  @Test
  void anIdleModelGivesWayWhereMemoryIsShort() {
    try (ModelPool pool = pool(3 * WEIGHTS, FOR_EVER)) {
      pool.text(request("a", 1));
      pool.text(request("b", 1));
      assertThat(loaded(pool)).containsExactly("b");
      assertThat(pool.show("b").loaded().orElseThrow().memoryBytes())
          .isLessThanOrEqualTo(3 * WEIGHTS);
    }
    try (ModelPool small = pool(WEIGHTS, FOR_EVER)) {
      assertThatThrownBy(() -> small.text(request("a", 1)))
          .isInstanceOf(ChatException.class)
          .hasMessageContainingAll("\"a\" needs 1 MB", "choose a smaller one");
    }
  }

  @Test
  void aChangedFileIsTakenUpAndADamagedOneLeavesTheOldModel() {
    try (ModelPool pool = pool(1 << 30, FOR_EVER)) {
      String before = pool.text(request("a", 3));
      source.versions.put("a", "2");
      assertThat(pool.text(request("a", 3))).isEqualTo(before);
      assertThat(source.opened).containsExactly("a1", "a2");
      source.versions.put("a", "broken");
      assertThatThrownBy(() -> pool.text(request("a", 3))).hasMessageContaining("a is damaged");
      source.versions.put("a", "2");
      assertThat(pool.text(request("a", 3))).isEqualTo(before);
      assertThat(source.opened).containsExactly("a1", "a2");
    }
  }

  @Test
  void aModelThatIsUnloadedFinishesItsAnswers() throws Exception {
    try (ModelPool pool = pool(1 << 30, FOR_EVER);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch unloaded = new CountDownLatch(1);
      Future<ChatEvent> answer =
          threads.submit(() -> {
            List<ChatEvent> events = new ArrayList<>();
            pool.answer(
                request("a", 60),
                event -> {
                  begun.countDown();
                  events.add(event);
                  await(unloaded);
                },
                new Cancellation());
            return events.getLast();
          });
      begun.await();
      pool.unload("a");
      assertThat(loaded(pool)).isEmpty();
      unloaded.countDown();
      assertThat(answer.get())
          .isInstanceOfSatisfying(
              ChatEvent.Finished.class,
              end -> assertThat(end.reason()).isNotEqualTo(FinishReason.CANCELLED));
      pool.unload("a");
      assertThat(pool.text(request("a", 1))).isNotNull();
      assertThat(source.opened).containsExactly("a1", "a1");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void afterTheEndNothingIsOpened() {
    ModelPool pool = pool(1 << 30, FOR_EVER);
    pool.close();
    pool.close();
    assertThatThrownBy(() -> pool.text(request("a", 1)))
        .isInstanceOfSatisfying(
            ChatException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    assertThat(source.opened).isEmpty();
  }
}
