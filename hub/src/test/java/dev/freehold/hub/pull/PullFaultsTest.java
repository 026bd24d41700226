package dev.freehold.hub.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.RawServer.Reply;
import dev.freehold.hub.pull.RawServer.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers and lines that break, lie or dawdle: the file is right in the end, or there is an error
/// that says why and no file.
@Timeout(300)
class PullFaultsTest {
  private static final int SIZE = 6_300_000;
  private static final byte[] MODEL = FakeHub.gguf(SIZE, 7);
  private static final String NAME = "hf.co/org/tiny-GGUF";

  @TempDir private Path home = Path.of("unset");
  private FakeHub hub;
  private Duration stall = Duration.ofMinutes(2);
  private final List<PullEvent> events = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void begin() throws IOException {
    hub = new FakeHub().with("tiny-Q4_K_M.gguf", MODEL);
  }

  @AfterEach
  void end() throws IOException {
    hub.close();
  }

  private PullResult pull() throws InterruptedException {
    return pull(4);
  }

  private PullResult pull(int attempts) throws InterruptedException {
    try (Puller puller =
        new Puller(hub.settings(attempts, stall), PullFolders.of(Map.of(), home))) {
      return puller.pull(PullRequest.of(NAME), events::add);
    }
  }

  private void requireWhole() throws Exception {
    requireWhole(4);
  }

  private void requireWhole(int attempts) throws Exception {
    assertThat(pull(attempts).path()).hasBinaryContent(MODEL);
    assertThat(blobs()).containsExactly(FakeHub.sha256(MODEL));
  }

  private List<String> blobs() {
    String[] names =
        home.resolve(".cache/huggingface/hub/models--org--tiny-GGUF/blobs").toFile().list();
    return names == null ? List.of() : Arrays.stream(names).sorted().toList();
  }

  private void requireError(String... parts) {
    assertThatThrownBy(this::pull)
        .isInstanceOf(HubException.class)
        .message()
        .contains(parts)
        .doesNotContain(FakeHub.TOKEN)
        .doesNotContain("Signature");
    assertThat(blobs()).doesNotContain(FakeHub.sha256(MODEL));
    assertThat(events.toString()).doesNotContain(FakeHub.TOKEN).doesNotContain("Signature");
  }

  /// Breaks every answer of the storage but so many in a row.
  private static BiFunction<Request, Reply, Reply> often(BiFunction<Request, Reply, Reply> fault) {
    AtomicInteger count = new AtomicInteger();
    return (request, reply) ->
        count.getAndIncrement() % 3 == 0 ? reply : fault.apply(request, reply);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void connectionsCutAtAnyByte(long seed) throws Exception {
    Random random = new Random(seed);
    hub.storageFault(often((request, reply) -> reply.cut(random.nextInt(reply.body().length))));
    requireWhole(50);
    assertThat(events.toString()).contains("bytes received: ");
  }

  @Test
  void aCutIsGoneOnFromAndNotBegunAnew() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    hub.storageFault((request, reply) -> {
      Reply cut = reply.cut(Math.min(reply.body().length, 1_500_000));
      sent.addAndGet(Math.min(reply.body().length, 1_500_000));
      return cut;
    });
    requireWhole();
    assertThat(sent.get()).isLessThan(SIZE + 4 * 1_500_000);
  }

  @Test
  void anotherPullGoesOnWhereOneGaveUp() throws Exception {
    hub.storageFault((request, reply) ->
        request.header("range").orElse("").startsWith("bytes=0-") ? reply : Reply.of(503));
    requireError("is out of order (status 503)", "gave up after 4 attempts");
    assertThat(blobs()).allMatch(name -> name.contains(".freehold.incomplete")).hasSize(2);
    AtomicInteger fetched = new AtomicInteger();
    hub.storageFault((request, reply) -> {
      fetched.addAndGet(reply.body().length);
      return reply;
    });
    requireWhole();
    assertThat(fetched.get()).isLessThan(SIZE - 1_000_000);
  }

  @Test
  void whatWasKeptAndIsWrongIsBegunAnew() throws Exception {
    hub.storageFault((request, reply) ->
        request.header("range").orElse("").startsWith("bytes=0-") ? reply : Reply.of(503));
    requireError("503");
    Path partial =
        home.resolve(".cache/huggingface/hub/models--org--tiny-GGUF/blobs")
            .resolve(FakeHub.sha256(MODEL) + ".freehold.incomplete");
    byte[] bytes = Files.readAllBytes(partial);
    bytes[100] ^= 1;
    Files.write(partial, bytes);
    hub.storageFault((request, reply) -> reply);
    requireWhole();
    assertThat(events.toString()).contains("what had been kept was wrong");
  }

  @Test
  void wrongBytesOfTheRightSizeGoToQuarantine() throws Exception {
    hub.storageFault((request, reply) -> {
      byte[] wrong = reply.body().clone();
      if (wrong.length > 0) {
        wrong[wrong.length - 1] ^= 1;
      }
      return reply.withBody(wrong);
    });
    requireError("tiny-Q4_K_M.gguf: its bytes hash to", "they are kept in ");
    assertThat(blobs()).isEmpty();
    Path quarantine = home.resolve(".local/share/freehold/quarantine");
    List<Path> kept;
    try (var files = Files.list(quarantine)) {
      kept = files.sorted().toList();
    }
    assertThat(kept).hasSize(2);
    byte[] wrong = Files.readAllBytes(kept.getFirst());
    assertThat(wrong).hasSameSizeAs(MODEL).isNotEqualTo(MODEL);
    assertThat(kept.getFirst()).hasFileName("refused-" + FakeHub.sha256(wrong));
    assertThat(kept.getLast()).content().contains("tiny-Q4_K_M.gguf", FakeHub.sha256(MODEL));
  }

  @Test
  void aBusyServerIsAskedAgainWhenItSays() throws Exception {
    AtomicInteger count = new AtomicInteger();
    hub.hubFault((request, reply) ->
        count.getAndIncrement() < 2 ? Reply.of(429).with("retry-after", "1") : reply);
    requireWhole();
    assertThat(events)
        .contains(
            new PullEvent.Waiting(
                hub.hub.uri()
                    + "/api/models/org/tiny-GGUF/revision/main: 127.0.0.1 asks for fewer requests"
                    + " (status 429)",
                Duration.ofSeconds(1)));
  }

  @Test
  void aWaitMayBeADateOrARateLimit() throws Exception {
    AtomicInteger count = new AtomicInteger();
    hub.hubFault((request, reply) ->
        switch (count.getAndIncrement()) {
          case 0 ->
              Reply.of(503)
                  .with("date", "Sat, 21 Nov 2026 10:00:00 GMT")
                  .with("retry-after", "Sat, 21 Nov 2026 10:00:01 GMT");
          case 1 -> Reply.of(429).with("ratelimit", "\"api\";r=0;t=1");
          default -> reply;
        });
    requireWhole();
    assertThat(events)
        .filteredOn(
            e -> e instanceof PullEvent.Waiting w && w.pause().equals(Duration.ofSeconds(1)))
        .hasSize(2);
  }

  @Test
  void aWaitThatIsTooLongIsSaid() {
    hub.hubFault((request, reply) -> Reply.of(503).with("retry-after", "86400"));
    requireError("asks to wait 1441 minutes");
  }

  @Test
  void aServerThatStaysOutOfOrderIsGivenUp() {
    hub.hubFault((request, reply) -> Reply.of(503));
    requireError("status 503", "gave up after 4 attempts");
    assertThat(hub.hub.requests()).hasSize(4);
  }

  @Test
  void aTrickleIsAStall() throws Exception {
    stall = Duration.ofMillis(500);
    hub.storageFault(often((request, reply) -> reply.slow(250)));
    requireWhole(50);
    assertThat(events.toString()).contains("stalled: ");
    hub.storageFault((request, reply) -> reply.slow(250));
    Files.delete(
        home.resolve(".cache/huggingface/hub/models--org--tiny-GGUF/blobs")
            .resolve(FakeHub.sha256(MODEL)));
    requireError("stalled: ", "gave up after 4 attempts");
  }

  @Test
  void aServerThatSendsNothingIsAStall() {
    stall = Duration.ofMillis(500);
    hub.storageFault((request, reply) -> reply.slow(3_000));
    requireError("stalled: 0 bytes");
  }

  @Test
  void aServerWithoutRangesIsReadInOneGo() throws Exception {
    hub.storageFault((request, reply) -> Reply.of(200, Map.of("etag", "\"x\""), MODEL));
    requireWhole();
    assertThat(events.toString()).contains("does not give parts of files");
  }

  @Test
  void aServerThatForgetsRangesHalfwayIsReadInOneGo() throws Exception {
    AtomicInteger count = new AtomicInteger();
    hub.storageFault((request, reply) ->
        count.getAndIncrement() < 2 ? reply : Reply.of(200, reply.headers(), MODEL));
    requireWhole();
  }

  @Test
  void aTagThatChangesOnceIsBegunAnew() throws Exception {
    AtomicInteger count = new AtomicInteger();
    hub.storageFault(
        (request, reply) -> count.getAndIncrement() == 0 ? reply.with("etag", "\"old\"") : reply);
    requireWhole();
    assertThat(events.toString()).contains("has changed on the server; begun anew");
  }

  @Test
  void aTagThatKeepsChangingIsAnError() {
    AtomicInteger count = new AtomicInteger();
    hub.storageFault((request, reply) -> reply.with("etag", "\"" + count.incrementAndGet() + "\""));
    requireError("has changed on the server, again and again");
  }

  @Test
  void aSizeThatChangesIsAnError() {
    hub.storageFault(
        (request, reply) -> FakeHub.ranged(request, Arrays.copyOf(MODEL, SIZE + 1), "same"));
    requireError("6300001 bytes on the server, not the promised 6300000");
  }

  @Test
  void aWrongRangeIsRefused() {
    hub.storageFault((request, reply) ->
        reply.with("content-range", "bytes 5-%d/%d".formatted(4 + reply.body().length, SIZE)));
    requireError("asked for bytes", "got 5 to");
  }

  @Test
  void aRangeWithoutItsPlaceIsRefused() {
    hub.storageFault((request, reply) -> reply.without("content-range"));
    requireError("an answer without the range it holds");
  }

  @Test
  void aLengthThatIsNotTheRangesIsRefused() {
    hub.storageFault((request, reply) ->
        reply.with("content-length", Integer.toString(reply.body().length - 7)));
    requireError("a range of", "is said to have");
  }

  @Test
  void aPageInPlaceOfTheFileIsSaid() {
    hub.storageFault((request, reply) ->
        Reply.of(200, Map.of("content-type", "text/html; charset=utf-8"), new byte[SIZE]));
    requireError("answers with a web page instead of the file");
  }

  @Test
  void compressedAnswersAreRefused() {
    hub.storageFault((request, reply) -> reply.with("content-encoding", "gzip"));
    requireError("the answer is compressed");
  }

  @Test
  void anExpiredAddressOfTheStorageIsAskedForAgain() throws Exception {
    AtomicInteger count = new AtomicInteger();
    hub.storageFault((request, reply) -> count.getAndIncrement() == 1 ? Reply.of(403) : reply);
    requireWhole();
  }

  @Test
  void theHubsOwnWordOfTheFileMustFitItsList() {
    hub.hubFault((request, reply) ->
        reply.headers().containsKey("x-linked-etag")
            ? reply.with("x-linked-etag", "\"" + "0".repeat(64) + "\"")
            : reply);
    requireError("the list of files says x-linked-etag " + FakeHub.sha256(MODEL));
  }

  @Test
  void theTokenGoesToTheHubAlone() throws Exception {
    requireWhole();
    assertThat(hub.hub.requests())
        .allMatch(r -> r.header("authorization").orElse("").equals("Bearer " + FakeHub.TOKEN));
    assertThat(hub.storage.requests())
        .isNotEmpty()
        .noneMatch(r -> r.headers().toString().contains(FakeHub.TOKEN));
  }

  @Test
  void whatTheHubRefusesIsSaidWithWhatToDo() {
    hub.hubFault((request, reply) ->
        request.path().contains("/resolve/")
            ? Reply.of(403).with("x-error-code", "GatedRepo")
            : reply);
    requireError("accept its licence on its page first", "the token that was sent does not open");
    hub.hubFault((request, reply) -> Reply.of(401).with("x-error-code", "RepoNotFound"));
    requireError("there is no such repository, or it is private");
    hub.hubFault((request, reply) -> Reply.of(404).with("x-error-code", "RevisionNotFound"));
    requireError("there is no such revision");
    hub.hubFault((request, reply) -> Reply.of(451));
    requireError("legal reasons");
    hub.hubFault((request, reply) -> Reply.of(418));
    requireError("refused with status 418");
  }

  @Test
  void aProxyIsAskedForTheHostAloneAndSeesNoToken() throws Exception {
    List<String> heads = Collections.synchronizedList(new ArrayList<>());
    try (RawServer proxy =
        new RawServer(request -> {
          heads.add(request.method() + " " + request.path() + " " + request.headers());
          return Reply.of(403);
        })) {
      URI far = URI.create("https://hub.example");
      PullSettings base = hub.settings(2);
      PullSettings settings =
          new PullSettings(
              far,
              far,
              Optional.of(new Credentials(far, FakeHub.TOKEN)),
              ProxyRules.of(Map.of("https_proxy", proxy.uri().toString())),
              base.connections(),
              base.patience());
      try (Puller puller = new Puller(settings, PullFolders.of(Map.of(), home))) {
        assertThatThrownBy(() -> puller.pull(PullRequest.of(NAME), events::add))
            .isInstanceOf(HubException.class)
            .message()
            .contains("hub.example")
            .doesNotContain(FakeHub.TOKEN);
      }
    }
    assertThat(heads)
        .isNotEmpty()
        .allMatch(head -> head.startsWith("CONNECT hub.example:443 "))
        .noneMatch(head -> head.contains(FakeHub.TOKEN));
  }

  @Test
  void redirectsInCirclesEnd() {
    hub.hubFault((request, reply) -> Reply.redirect(request.path()));
    requireError("more than 8 redirects");
    assertThat(hub.hub.requests()).hasSizeLessThan(12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org/model.gguf",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "https://user:pass@example.org/x",
        "https:///x"
      })
  void redirectsToWhatIsNotSafeAreRefused(String target) {
    hub.hubFault((request, reply) -> Reply.redirect(target));
    assertThatThrownBy(this::pull).isInstanceOf(HubException.class);
    assertThat(hub.hub.requests()).hasSize(1);
  }

  @Test
  void aListThatIsTooLongOrBrokenIsAnError() {
    hub.hubFault((request, reply) -> Reply.text("{\"siblings\": [" + " ".repeat(9 << 20)));
    requireError("the answer has more than 8388608 bytes");
    hub.hubFault((request, reply) -> Reply.text("{\"sha\": \"x\", \"siblings\": ["));
    requireError("the file list of hf.co/org/tiny-GGUF: line 1");
    hub.hubFault((request, reply) -> Reply.text("[".repeat(100_000)));
    requireError("the file list of hf.co/org/tiny-GGUF");
    hub.hubFault((request, reply) -> Reply.text("{\"sha\": \"../../x\", \"siblings\": []}"));
    requireError("sha: expected a commit");
    hub.hubFault((request, reply) -> Reply.text("{}"));
    requireError("siblings: expected a list");
  }

  @Test
  void anInterruptEndsThePullAndKeepsWhatArrived() throws Exception {
    hub.storageFault((request, reply) ->
        request.header("range").orElse("").startsWith("bytes=0-") ? reply : reply.slow(200));
    Thread puller =
        Thread.ofPlatform()
            .start(() -> assertThatThrownBy(this::pull).isInstanceOf(InterruptedException.class));
    while (blobs().size() < 2 || hub.storage.requests().size() < 4) {
      Thread.sleep(10);
    }
    Thread.sleep(300);
    puller.interrupt();
    puller.join(120_000);
    assertThat(puller.isAlive()).isFalse();
    hub.storageFault((request, reply) -> reply);
    requireWhole();
  }
}
