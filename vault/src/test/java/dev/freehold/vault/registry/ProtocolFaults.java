package dev.freehold.vault.registry;

import static dev.freehold.vault.registry.FaultTable.refused;
import static dev.freehold.vault.registry.FaultTable.require;
import static dev.freehold.vault.registry.FaultTable.whole;

import dev.freehold.hub.pull.RegistryLogin;
import dev.freehold.vault.registry.FaultTable.Fault;
import dev.freehold.vault.registry.HttpPeer.Reply;
import dev.freehold.vault.registry.HttpPeer.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// Faults of what a registry answers: digests, other hosts, lengths, ranges, wrong bytes.
final class ProtocolFaults {
  private ProtocolFaults() {}

  static List<Fault> all() {
    List<Fault> faults = new ArrayList<>();
    digests(faults);
    otherHosts(faults);
    otherStorages(faults);
    transfers(faults);
    changes(faults);
    wrongBytes(faults);
    return faults;
  }

  private static boolean isBlob(Request request) {
    return request.path().contains("/blobs/sha256:") && request.method().equals("GET");
  }

  /// Changes the answers that bring the weights.
  private static BiFunction<Request, Reply, Reply> weights(UnaryOperator<Reply> change) {
    String digest = dev.freehold.tensor.Sha256.of(RegistryBed.MODEL);
    return (request, reply) ->
        isBlob(request) && request.path().contains(digest) ? change.apply(reply) : reply;
  }

  private static void digests(List<Fault> faults) {
    for (String digest :
        List.of(
            "sha256:../../x",
            "sha256:" + "A".repeat(64),
            "sha256:0123",
            "sha512:" + "0".repeat(64),
            "sha256-" + "0".repeat(64),
            "")) {
      faults.add(
          new Fault(
              "D1",
              "digest \"%s\"".formatted(digest.substring(0, Math.min(16, digest.length()))),
              bed -> {
                String layer =
                    "{\"mediaType\": \"x\", \"digest\": \"%s\", \"size\": 1}".formatted(digest);
                return refused(bed.with("latest", layer), "org/tiny", "sha256");
              }));
    }
    faults.add(
        new Fault(
            "D1",
            "another manifest than the digest asked for",
            bed -> {
              bed.withModel();
              String other = "sha256:" + "0".repeat(64);
              bed.registry.fault((request, reply) ->
                  request.path().endsWith(other)
                      ? Reply.of("application/json", "{}".getBytes(StandardCharsets.UTF_8))
                      : reply);
              return refused(bed, "org/tiny@" + other, "not to what was asked for");
            }));
    faults.add(
        new Fault(
            "D1",
            "a manifest that is not what the registry says",
            bed -> {
              bed.withModel();
              bed.registry.fault((request, reply) ->
                  request.path().contains("/manifests/")
                      ? reply.with("docker-content-digest", "sha256:" + "1".repeat(64))
                      : reply);
              return refused(bed, "org/tiny", "the registry says the manifest is");
            }));
  }

  /// A pull with a login, of a registry that sends it elsewhere; nobody there may learn anything.
  private static String elsewhere(
      RegistryBed bed, java.util.function.BiConsumer<HttpPeer, FakeRegistry> trap, String... reason)
      throws Exception {
    bed.withModel();
    bed.login = Optional.of(new RegistryLogin(FakeRegistry.USER, FakeRegistry.PASSWORD));
    try (HttpPeer other = new HttpPeer("localhost", FakeRegistry::token)) {
      trap.accept(other, bed.registry);
      String told = refused(bed, "org/tiny", reason);
      require(
          other.requests().stream().noneMatch(r -> r.header("authorization").isPresent()),
          "the other host got a login or a token");
      return told;
    }
  }

  private static void otherHosts(List<Fault> faults) {
    faults.add(
        new Fault(
            "D2",
            "the realm is another host",
            bed ->
                elsewhere(
                    bed,
                    (other, registry) -> registry.locked(other.uri() + "/token"),
                    "another host")));
    for (String realm : List.of("http://example.org/token", "file:///etc/passwd", "", "::")) {
      faults.add(
          new Fault(
              "D2",
              "the realm is \"" + realm + "\"",
              bed ->
                  elsewhere(
                      bed,
                      (other, registry) -> registry.locked(realm),
                      realm.isEmpty() ? "no host" : realm.startsWith("http") ? "only https" : "")));
    }
    faults.add(
        new Fault(
            "D2",
            "the realm redirects to another host",
            bed ->
                elsewhere(
                    bed,
                    (other, registry) ->
                        registry
                            .locked(registry.peer.uri() + "/token")
                            .fault((request, reply) ->
                                request.plainPath().equals("/token")
                                    ? Reply.of(302).with("location", other.uri() + "/token")
                                    : reply),
                    "gives no token (status 302)")));
  }

  private static void otherStorages(List<Fault> faults) {
    faults.add(
        new Fault(
            "D2",
            "a blob lies at another host",
            bed -> {
              bed.withModel();
              bed.registry.locked(bed.registry.peer.uri() + "/token");
              bed.login = Optional.of(new RegistryLogin(FakeRegistry.USER, FakeRegistry.PASSWORD));
              try (HttpPeer storage =
                  new HttpPeer("localhost", r -> FakeRegistry.blob(r, RegistryBed.MODEL))) {
                bed.registry.fault(
                    weights(reply -> Reply.of(307).with("location", storage.uri() + "/x?sig=s")));
                String told = whole(bed);
                require(
                    storage.requests().stream()
                        .noneMatch(r -> r.header("authorization").isPresent()),
                    "the storage got the token");
                return told + ", the storage saw no token";
              }
            }));
    faults.add(
        new Fault(
            "D2",
            "a blob lies behind plain http outside",
            bed -> {
              bed.withModel()
                  .registry
                  .fault(weights(r -> Reply.of(302).with("location", "http://example.org/x")));
              return refused(bed, "org/tiny", "only https is");
            }));
    faults.add(
        new Fault(
            "D2",
            "a registry by plain http outside",
            bed -> {
              var reference = RegistryReference.parse("oci://registry.example:5000/a");
              require(reference.address().getScheme().equals("https"), "is asked by http");
              return "is asked by https";
            }));
    faults.add(
        new Fault(
            "D2",
            "an upload is wanted at another host",
            bed -> {
              bed.withModel().pull("org/tiny");
              bed.registry.fault((request, reply) ->
                  request.method().equals("POST")
                      ? Reply.of(202).with("location", "http://localhost:1/upload")
                      : reply);
              try {
                bed.push("mine/copy:v1", Optional.empty());
              } catch (dev.freehold.hub.HubException refused) {
                String told = String.valueOf(refused.getMessage());
                require(told.contains("another host"), told);
                return told;
              }
              throw new AssertionError("the push was not refused");
            }));
  }

  private static void transfers(List<Fault> faults) {
    faults.add(
        new Fault(
            "D5",
            "a length that is too long",
            bed -> {
              bed.withModel()
                  .registry
                  .fault(weights(r -> r.with("content-length", "9999999").cut(r.body().length)));
              return refused(bed, "org/tiny", "tiny.gguf");
            }));
    faults.add(
        new Fault(
            "D5",
            "a web page with status 200",
            bed -> {
              bed.withModel().registry.fault(weights(r -> page()));
              return refused(bed, "org/tiny", "web page");
            }));
    faults.add(
        new Fault(
            "D5",
            "a web page for a manifest",
            bed -> {
              bed.withModel()
                  .registry
                  .fault(
                      (request, reply) -> request.path().contains("/manifests/") ? page() : reply);
              return refused(bed, "org/tiny", "web page");
            }));
    faults.add(
        new Fault(
            "D5",
            "ranges ignored",
            bed -> {
              bed.withModel()
                  .registry
                  .fault(weights(r -> Reply.of("application/octet-stream", RegistryBed.MODEL)));
              return whole(bed);
            }));
  }

  private static void changes(List<Fault> faults) {
    faults.add(
        new Fault(
            "D5",
            "the entity tag changes on the way",
            bed -> {
              AtomicInteger count = new AtomicInteger();
              bed.withModel()
                  .registry
                  .fault(weights(r -> count.incrementAndGet() == 2 ? r.with("etag", "\"x\"") : r));
              return whole(bed);
            }));
    faults.add(
        new Fault(
            "D5",
            "206 with another range",
            bed -> {
              bed.withModel()
                  .registry
                  .fault(weights(r -> r.with("content-range", "bytes 5-9/" + 3_300_000)));
              return refused(bed, "org/tiny", "got 5 to 9");
            }));
    faults.add(
        new Fault(
            "D5",
            "cut every time, a little later",
            bed -> {
              AtomicInteger count = new AtomicInteger();
              bed.withModel()
                  .registry
                  .fault(weights(r -> count.incrementAndGet() > 6 ? r : r.cut(500_000)));
              return whole(bed);
            }));
  }

  private static void wrongBytes(List<Fault> faults) {
    faults.add(
        new Fault(
            "D7",
            "wrong bytes of the right size",
            bed -> {
              bed.withModel().registry.fault(weights(r -> r.withBody(changed(r.body()))));
              String told = refused(bed, "org/tiny", "hash to", "are kept in ");
              String kept = "vault/freehold/quarantine/refused-[0-9a-f]{64}";
              require(
                  bed.files().stream().filter(f -> f.matches(kept + "(.json)?")).count() == 2,
                  "is not in quarantine");
              require(
                  bed.files().stream().noneMatch(f -> f.contains("incomplete")),
                  "kept wrong bytes elsewhere");
              return told;
            }));
    faults.add(
        new Fault(
            "D7",
            "a size that is another",
            bed -> {
              String layer = bed.layer("x", "tiny.gguf", RegistryBed.MODEL);
              return refused(
                  bed.with("latest", layer.replace("3300000", "3300001")), "org/tiny", "tiny.gguf");
            }));
    faults.add(
        new Fault(
            "D8",
            "an answer that is compressed",
            bed -> {
              bed.withModel().registry.fault(weights(r -> r.with("content-encoding", "gzip")));
              return refused(bed, "org/tiny", "compressed");
            }));
    faults.add(
        new Fault(
            "D8",
            "a manifest without end",
            bed -> {
              bed.withModel()
                  .registry
                  .fault((request, reply) ->
                      request.path().contains("/manifests/")
                          ? reply.withBody(new byte[5 << 20])
                          : reply);
              return refused(bed, "org/tiny", "more than 4194304 bytes");
            }));
  }

  private static Reply page() {
    return Reply.of("text/html", "<html>log in".getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] changed(byte[] bytes) {
    byte[] other = Arrays.copyOf(bytes, bytes.length);
    if (other.length > 100) {
      other[100] ^= 1;
    }
    return other;
  }
}
