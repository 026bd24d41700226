package dev.freehold.vault.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.sign.ModelSignature.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// D9: whatever is altered in a signed model, in its signature or in what it lists, is found.
class SignatureFaultsTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final KeyPair KEYS = ModelKeys.generate(Curve.P384);
  private static final String INTACT = "verifies";

  @TempDir private Path top;
  private int beds;

  /// A signed model that a fault does something to.
  private final class Bed {
    private final Path folder;
    private final Serialization serialization;
    private byte[] bundle;

    Bed(long shardBytes) throws Exception {
      folder = Files.createDirectories(top.resolve("model-" + beds++));
      Files.createDirectories(folder.resolve("sub"));
      Files.writeString(folder.resolve("config.json"), "{}");
      Files.writeString(folder.resolve("sub/weights"), "0123456789");
      serialization = new Serialization(shardBytes, false, List.of());
      ModelManifest manifest = signatures().manifest(folder, serialization, Optional.empty());
      bundle = ModelSignature.sign(manifest, (ECPrivateKey) KEYS.getPrivate());
    }

    /// The statement changed, and signed again by the same key: what a broken signer would do.
    void restate(UnaryOperator<ObjectNode> change) throws Exception {
      byte[] payload = Bundle.read(bundle).payload();
      payload = JSON.writeValueAsBytes(change.apply((ObjectNode) JSON.readTree(payload)));
      bundle = bundle(payload, "SHA384withECDSA");
    }

    byte[] bundle(byte[] payload, String algorithm) throws Exception {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(KEYS.getPrivate());
      signature.update(Bundle.preAuthentication(payload));
      String hint = ModelKeys.hint((ECPublicKey) KEYS.getPublic());
      return new Bundle(Optional.of(hint), payload, signature.sign()).json();
    }

    /// The file of the signature changed, the signature not.
    void rewrap(UnaryOperator<ObjectNode> change) {
      bundle = JSON.writeValueAsBytes(change.apply((ObjectNode) JSON.readTree(bundle)));
    }
  }

  @FunctionalInterface
  private interface Fault {
    void happens(Bed bed) throws Exception;
  }

  private record Case(long shardBytes, String expected, Fault fault) {}

  private static ModelSignature signatures() {
    return new ModelSignature(2, bytes -> {});
  }

  private static ObjectNode predicate(ObjectNode statement) {
    return (ObjectNode) statement.path("predicate");
  }

  private static ArrayNode resources(ObjectNode statement) {
    return (ArrayNode) predicate(statement).path("resources");
  }

  private static ObjectNode resource(ObjectNode statement, int index) {
    return (ObjectNode) resources(statement).path(index);
  }

  /// The digest of the model set right for the resources that are there now.
  private static ObjectNode rooted(ObjectNode statement) {
    var all = dev.freehold.tensor.Sha256.begin();
    for (JsonNode each : resources(statement)) {
      all.update(java.util.HexFormat.of().parseHex(each.path("digest").stringValue()));
    }
    ((ObjectNode) statement.path("subject").path(0).path("digest"))
        .put("sha256", dev.freehold.tensor.Sha256.finish(all));
    return statement;
  }

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("nothing, by files", new Case(0, INTACT, bed -> {}));
    cases.put("nothing, by shards", new Case(4, INTACT, bed -> {}));
    ofTheModel(cases);
    ofTheStatement(cases);
    ofWhatIsListed(cases);
    ofTheBundle(cases);
    ofItsFile(cases);
    return cases;
  }

  private static void ofTheModel(Map<String, Case> cases) {
    for (long shard : new long[] {0, 4}) {
      String by = shard == 0 ? ", by files" : ", by shards";
      cases.put(
          "a file added" + by,
          new Case(shard, "unsigned", bed -> Files.writeString(bed.folder.resolve("x.py"), "x")));
      cases.put(
          "an empty file added" + by,
          new Case(shard, "unsigned", bed -> Files.createFile(bed.folder.resolve("x.py"))));
      cases.put(
          "a hidden file added deep" + by,
          new Case(
              shard, "unsigned", bed -> Files.writeString(bed.folder.resolve("sub/.git"), "x")));
      cases.put(
          "a file removed" + by,
          new Case(shard, "missing", bed -> Files.delete(bed.folder.resolve("config.json"))));
      cases.put(
          "a file renamed" + by,
          new Case(
              shard,
              "missing, unsigned",
              bed ->
                  Files.move(
                      bed.folder.resolve("config.json"), bed.folder.resolve("Config.json"))));
      cases.put(
          "a link added" + by,
          new Case(
              shard,
              "symbolic link",
              bed -> Files.createSymbolicLink(bed.folder.resolve("l"), Path.of("config.json"))));
      cases.put(
          "a file replaced by a link to its copy" + by,
          new Case(shard, "symbolic link", SignatureFaultsTest::linkToCopy));
      cases.put(
          "one bit" + by,
          new Case(
              shard,
              "changed",
              bed -> Files.writeString(bed.folder.resolve("sub/weights"), "0123456788")));
      cases.put(
          "one byte more" + by,
          new Case(
              shard,
              shard == 0 ? "changed" : "missing, unsigned",
              bed -> Files.writeString(bed.folder.resolve("sub/weights"), "01234567890")));
    }
  }

  private static void linkToCopy(Bed bed) throws IOException {
    Path file = bed.folder.resolve("config.json");
    Files.move(file, bed.folder.resolveSibling(bed.folder.getFileName() + "-copy"));
    Files.createSymbolicLink(
        file, bed.folder.resolveSibling(bed.folder.getFileName() + "-copy").toAbsolutePath());
  }

  private static void statement(
      Map<String, Case> cases, String what, String expected, UnaryOperator<ObjectNode> change) {
    cases.put(what, new Case(0, expected, bed -> bed.restate(change)));
  }

  private static void ofTheStatement(Map<String, Case> cases) {
    statement(cases, "another predicateType", "predicateType", s -> s.put("predicateType", "x/v1"));
    statement(cases, "another statement type", "_type", s -> s.put("_type", "x"));
    statement(
        cases,
        "no files listed",
        "lists no files",
        s -> {
          resources(s).removeAll();
          return rooted(s);
        });
    statement(
        cases,
        "files out of order",
        "not in order",
        s -> {
          ArrayNode all = resources(s);
          all.add(all.remove(0));
          return rooted(s);
        });
    statement(
        cases,
        "a digest that is not that of the files",
        "not that of the files",
        s -> {
          resource(s, 0).put("digest", "0".repeat(64));
          return s;
        });
    statement(
        cases,
        "a file under the name of a shard",
        "missing, unsigned",
        s -> {
          resource(s, 0).put("name", "config.json:0:2");
          return s;
        });
    statement(
        cases,
        "a file twice",
        "twice",
        s -> {
          resources(s).insert(0, resource(s, 0).deepCopy());
          return rooted(s);
        });
  }

  private static void ofWhatIsListed(Map<String, Case> cases) {
    for (String name : List.of("../x", "/etc/passwd", "a//b", "./config.json", "a/", "a\0b")) {
      statement(
          cases,
          "a file called " + name.replace('\0', '0'),
          "relative path",
          s -> {
            resource(s, 0).put("name", name);
            return s;
          });
    }
    statement(
        cases,
        "links allowed as text",
        "allow_symlinks",
        s -> {
          ((ObjectNode) predicate(s).path("serialization")).put("allow_symlinks", "true");
          return s;
        });
    statement(
        cases,
        "everything ignored",
        "relative path",
        s -> {
          ((ObjectNode) predicate(s).path("serialization")).putArray("ignore_paths").add(".");
          return s;
        });
    statement(
        cases,
        "hashed by another function",
        "sha256",
        s -> {
          ((ObjectNode) predicate(s).path("serialization")).put("hash_type", "blake2b");
          return s;
        });
    statement(
        cases,
        "two subjects",
        "subject",
        s -> {
          ((ArrayNode) s.path("subject")).add(s.path("subject").path(0).deepCopy());
          return s;
        });
    cases.put(
        "a:0:1 by shards",
        new Case(
            4,
            "missing, unsigned",
            bed ->
                bed.restate(s -> {
                  resource(s, 0).put("name", "a:0:1");
                  return s;
                })));
  }

  private static void ofTheBundle(Map<String, Case> cases) {
    cases.put(
        "P-384 with SHA-256",
        new Case(
            0,
            "does not hold",
            bed -> bed.bundle = bed.bundle(Bundle.read(bed.bundle).payload(), "SHA256withECDSA")));
    cases.put(
        "the hint of another key",
        new Case(
            0,
            "another key",
            bed ->
                bed.rewrap(b -> {
                  ((ObjectNode) b.path("verificationMaterial").path("publicKey"))
                      .put("hint", "0".repeat(64));
                  return b;
                })));
    cases.put(
        "one bit of the payload",
        new Case(
            0,
            "does not hold",
            bed ->
                bed.rewrap(b -> {
                  ObjectNode envelope = (ObjectNode) b.path("dsseEnvelope");
                  byte[] payload = Bundle.read(bed.bundle).payload();
                  payload[payload.length / 2] ^= 1;
                  return b.set(
                      "dsseEnvelope",
                      envelope.put(
                          "payload", java.util.Base64.getEncoder().encodeToString(payload)));
                })));
  }

  private static void ofItsFile(Map<String, Case> cases) {
    cases.put(
        "another payload type",
        new Case(
            0,
            "payloadType",
            bed ->
                bed.rewrap(b -> {
                  ((ObjectNode) b.path("dsseEnvelope")).put("payloadType", "text/plain");
                  return b;
                })));
    cases.put(
        "another media type",
        new Case(0, "mediaType", bed -> bed.rewrap(b -> b.put("mediaType", "application/json"))));
    cases.put(
        "no signature",
        new Case(
            0,
            "one signature",
            bed ->
                bed.rewrap(b -> {
                  ((ObjectNode) b.path("dsseEnvelope")).putArray("signatures");
                  return b;
                })));
    cases.put(
        "a signature of nonsense",
        new Case(
            0,
            "does not hold",
            bed ->
                bed.rewrap(b -> {
                  ((ObjectNode) b.path("dsseEnvelope").path("signatures").path(0))
                      .put("sig", "AAAA");
                  return b;
                })));
    cases.put(
        "a key twice in the JSON",
        new Case(
            0,
            "mediaType",
            bed ->
                bed.bundle =
                    new String(bed.bundle, StandardCharsets.UTF_8)
                        .replaceFirst("\\{", "{\"mediaType\":\"x\",")
                        .getBytes(StandardCharsets.UTF_8)));
    cases.put(
        "cut short",
        new Case(
            0,
            "signature",
            bed -> bed.bundle = java.util.Arrays.copyOf(bed.bundle, bed.bundle.length / 2)));
  }

  private String outcome(Case each) throws Exception {
    Bed bed = new Bed(each.shardBytes());
    each.fault().happens(bed);
    try {
      Request request = new Request(bed.folder, Optional.empty(), List.of(), false);
      ModelSignature.Differences found =
          signatures().verify(request, bed.bundle, (ECPublicKey) KEYS.getPublic()).differences();
      List<String> kinds = new ArrayList<>();
      if (!found.changed().isEmpty()) {
        kinds.add("changed");
      }
      if (!found.missing().isEmpty()) {
        kinds.add("missing");
      }
      if (!found.unsigned().isEmpty()) {
        kinds.add("unsigned");
      }
      return kinds.isEmpty() ? INTACT : String.join(", ", kinds);
    } catch (VaultException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  @Test
  void everyAlterationIsFound() throws Exception {
    StringBuilder table = new StringBuilder();
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, Case> each : cases().entrySet()) {
      Case fault = each.getValue();
      String outcome = outcome(fault);
      boolean isRight =
          fault.expected().equals(INTACT)
              ? outcome.equals(INTACT)
              : outcome.contains(fault.expected());
      String line =
          "| D9 | %-45s| %-6s| %s |".formatted(each.getKey(), isRight ? "right" : "WRONG", outcome);
      table.append(line).append('\n');
      if (!isRight) {
        wrong.add(line);
      }
    }
    System.out.println(table);
    assertThat(wrong).isEmpty();
  }
}
