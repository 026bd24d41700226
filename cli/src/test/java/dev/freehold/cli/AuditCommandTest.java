package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `freehold audit`: what it prints, how it ends, and what the user's policy then forbids.
class AuditCommandTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String RESTRICTED =
      "Terms of nobody. Use is for research purposes only. We may revoke it at any time.";

  @TempDir private Path home = Path.of("unset");

  private Path folder(String licence, String claim) throws IOException {
    Path folder = home.resolve("model-" + claim);
    Files.createDirectories(folder);
    Files.write(folder.resolve("model.gguf"), DemoFiles.carried().model());
    Files.writeString(folder.resolve("LICENSE"), licence);
    Files.writeString(
        folder.resolve("README.md"),
        "---\nlicense: " + claim + "\n---\n# A <b>model</b> \u001b[31m\n");
    return folder;
  }

  private void policy(String json) throws IOException {
    Path file = home.resolve(".config/freehold/config.json");
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, json);
  }

  @Test
  void aFolderIsAuditedInEveryForm() throws IOException {
    String folder = folder(RESTRICTED, "apache-2.0").toString();
    Result text = new Session(home).run("audit", folder);
    assertThat(text.err()).isEmpty();
    assertThat(text.exit()).isEqualTo(Exit.OK);
    assertThat(text.out())
        .contains("not legal advice", "found      REVOKE", "found      COMM", "LICENSE @")
        .doesNotContain("\u001b");
    Result json = new Session(home).run("audit", folder, "--format", "json");
    JsonNode node = StrictJson.parse(json.out().getBytes(StandardCharsets.UTF_8), "report");
    assertThat(node.at("/rules/COMM/answer").asString()).isEqualTo("no");
    assertThat(node.at("/rules/COMM/evidence/0/digest").asString())
        .isEqualTo("sha256:" + Sha256.of(RESTRICTED));
    Path page = home.resolve("report.html");
    Result html = new Session(home).run("audit", folder, "--format", "html", "--out", "" + page);
    assertThat(html.exit()).isEqualTo(Exit.OK);
    assertThat(Files.readString(page)).contains("default-src 'none'").doesNotContain("<script");
  }

  @Test
  void aProfileDecidesHowItEnds() throws IOException {
    String folder = folder(RESTRICTED, "other").toString();
    Result product = new Session(home).run("audit", folder, "--profile", "company-product");
    assertThat(product.exit()).isEqualTo(Exit.NOT_GOOD_ENOUGH);
    assertThat(product.out()).contains("blocking   COMM", "blocking   REVOKE");
    Result athome = new Session(home).run("audit", folder, "--profile", "home");
    assertThat(athome.exit()).isEqualTo(Exit.NOT_DECIDED);
    Result none = new Session(home).run("audit", folder, "--profile", "spaceship");
    assertThat(none.exit()).isEqualTo(Exit.USAGE);
    assertThat(none.err()).contains("public-body");
  }

  @Test
  void aPolicyRefusesWhatItNames() throws IOException {
    String folder = folder(RESTRICTED, "other").toString();
    policy("{\"audit\": {\"policy\": [\"comm\"], \"unknown\": \"allow\"}}");
    Result run = new Session(home).run("run", folder, "Hello");
    assertThat(run.exit()).isEqualTo(Exit.NOT_GOOD_ENOUGH);
    assertThat(run.err()).contains("audit.policy", "COMM");
    assertThat(new Session(home).run("serve", folder).exit()).isEqualTo(Exit.NOT_GOOD_ENOUGH);
    Result demo = new Session(home).run("run", "demo", "What is 2 + 2?", "--max-tokens", "4");
    assertThat(demo.exit()).as(demo.err()).isEqualTo(Exit.OK);
    policy("{\"audit\": {\"policy\": [\"no-such\"]}}");
    Result wrong = new Session(home).run("run", folder, "Hello");
    assertThat(wrong.exit()).isEqualTo(Exit.FAILURE);
    assertThat(wrong.err()).contains("no finding is called", "licence-missing");
  }

  @Test
  void aRefusedModelIsNotFetched() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("LICENSE", RESTRICTED.getBytes(StandardCharsets.UTF_8));
    files.put("README.md", "---\nlicense: other\n---\n".getBytes(StandardCharsets.UTF_8));
    files.put("tiny-F32.gguf", DemoFiles.carried().model());
    List<String> asked = Collections.synchronizedList(new ArrayList<>());
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> serve(socket, files, asked));
      Session session =
          new Session(home).with("HF_ENDPOINT", "http://127.0.0.1:" + socket.getLocalPort());
      policy("{\"audit\": {\"policy\": [\"REVOKE\"]}}");
      Result refused = session.run("pull", "hf.co/org/tiny");
      assertThat(refused.exit()).as(refused.err()).isEqualTo(Exit.NOT_GOOD_ENOUGH);
      assertThat(refused.err()).contains("audit.policy", "REVOKE");
      assertThat(asked).noneMatch(request -> request.contains("/tiny-F32.gguf"));
      assertThat(home.resolve(".cache/huggingface/hub/models--org--tiny/refs/main"))
          .as("no name leads to what was refused")
          .doesNotExist();
      policy("{\"audit\": {\"policy\": [\"GEO\"], \"unknown\": \"allow\"}}");
      Result pulled = session.run("pull", "hf.co/org/tiny");
      assertThat(pulled.exit()).as(pulled.err()).isEqualTo(Exit.OK);
      Result audited = session.run("audit", "hf.co/org/tiny");
      assertThat(audited.out()).contains("found      REVOKE", "LICENSE @");
    }
  }

  private static void serve(ServerSocket socket, Map<String, byte[]> files, List<String> asked) {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
        String first = String.valueOf(in.readLine());
        for (String line = first; line != null && !line.isEmpty(); line = in.readLine()) {
          // the head is read to its end
        }
        asked.add(first);
        byte[] body = body(first, files);
        OutputStream out = client.getOutputStream();
        String head =
            "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                .formatted(body.length);
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.write(first.startsWith("HEAD") ? new byte[0] : body);
        out.flush();
      } catch (IOException gone) {
        // the client has what it wanted, or the test is over
      }
    }
  }

  private static byte[] body(String request, Map<String, byte[]> files) {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (request.contains("/resolve/" + COMMIT + "/" + file.getKey())) {
        return file.getValue();
      }
    }
    String siblings =
        files.entrySet().stream()
            .map(file ->
                "{\"rfilename\": \"%s\", \"size\": %d, \"lfs\": {\"sha256\": \"%s\", \"size\": %d}}"
                    .formatted(
                        file.getKey(),
                        file.getValue().length,
                        Sha256.of(file.getValue()),
                        file.getValue().length))
            .collect(Collectors.joining(", "));
    return "{\"sha\": \"%s\", \"siblings\": [%s]}"
        .formatted(COMMIT, siblings)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theDemoIsOpenInBothFrameworksWhereItsRecipeWasRun() throws IOException {
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
            home,
            java.io.InputStream.nullInputStream(),
            System.out,
            System.err,
            java.time.Clock.systemUTC());
    JsonNode before = demo();
    assertThat(before.at("/open_source_ai_definition/met").asBoolean()).isTrue();
    assertThat(before.at("/model_openness_framework/class").asInt()).isEqualTo(2);
    assertThat(answer(before, "recipe-reproduces")).isEqualTo("unknown");
    new DemoRecord(surroundings, DemoFiles.carried()).data(10, 10_000);
    JsonNode sampled = demo();
    assertThat(answer(sampled, "recipe-reproduces")).isEqualTo("partly");
    assertThat(answer(sampled, "data-obtainable")).isEqualTo("yes");
    assertThat(sampled.at("/model_openness_framework/class").asInt()).isEqualTo(2);
    new DemoRecord(surroundings, DemoFiles.carried()).weights(10_000);
    JsonNode whole = demo();
    assertThat(whole.at("/model_openness_framework/class").asInt()).isEqualTo(1);
    assertThat(whole.at("/open_source_ai_definition/met").asBoolean()).isTrue();
    assertThat(answer(whole, "recipe-reproduces")).isEqualTo("yes");
    whole
        .path("ownership_risks")
        .forEach(risk -> assertThat(risk.path("verdict").asString()).isEqualTo("not found"));
    new DemoRecord(surroundings, DemoFiles.carried()).data(10, 10_000);
    assertThat(answer(demo(), "recipe-reproduces")).as("more is known already").isEqualTo("yes");
  }

  private JsonNode demo() {
    Result result = new Session(home).run("audit", "demo", "--format", "json");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    return StrictJson.parse(result.out().getBytes(StandardCharsets.UTF_8), "report");
  }

  private static String answer(JsonNode report, String id) {
    for (JsonNode answer : report.path("answers")) {
      if (answer.path("id").asString("").equals(id)) {
        return answer.path("answer").asString("");
      }
    }
    return "none";
  }
}
