package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Receipts of the demo model from the command line and over HTTP, and `verify` of them.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class VerifyReceiptTest {
  @TempDir private Path home = Path.of("unset");

  private Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  private Path write(String name, JsonNode json) throws IOException {
    return Files.writeString(home.resolve(name), json.toString());
  }

  private static ObjectNode read(Path file) throws IOException {
    return (ObjectNode) JsonMapper.shared().readTree(Files.readString(file));
  }

  private void refused(Path file, String... said) {
    Result result = run("verify", file.toString());
    assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(Exit.FAILURE);
    assertThat(result.err()).contains(said);
    assertThat(result.out()).doesNotContain("verified");
  }

  @Test
  void anAnswerOfRunIsVerifiedAndWhatWasChangedIsNamed() throws Exception {
    Path file = home.resolve("receipt.json");
    Result asked =
        run(
            "run",
            "demo",
            "Tell me of a mill.",
            "--temperature",
            "2",
            "--seed",
            "5",
            "--max-tokens",
            "20",
            "--receipt",
            file.toString());
    assertThat(asked.exit()).as(asked.err()).isEqualTo(Exit.OK);

    Result verified = run("verify", file.toString());
    assertThat(verified.exit()).as(verified.err()).isEqualTo(Exit.OK);
    assertThat(verified.out())
        .contains("model       equal: demo", "prompt      equal", "answer      equal", "verified");
    Result json = run("verify", file.toString(), "--model", "demo", "--json");
    assertThat(JsonMapper.shared().readTree(json.out()).path("verified").booleanValue()).isTrue();

    ObjectNode other = read(file);
    ArrayNode tokens = (ArrayNode) other.at("/answer/tokens");
    tokens.set(2, tokens.get(2).intValue() + 1);
    refused(write("token.json", other), "answer.tokens[2]: claimed is");
    ObjectNode digest = read(file);
    ((ObjectNode) digest.at("/model/files/0")).put("sha256", "0".repeat(64));
    refused(write("digest.json", digest), "model.files[0].sha256: claimed is 000");
    ObjectNode absent = read(file);
    ((ObjectNode) absent.at("/model/files/0")).put("bytes", 5);
    ((ObjectNode) absent.at("/model")).put("name", "/no/such.gguf");
    refused(write("absent.json", absent), "no model on this machine has", "--model");
    ObjectNode version = read(file);
    version.put("engine", "9.9");
    Result remark = run("verify", write("version.json", version).toString());
    assertThat(remark.err()).contains("note: the receipt is of Freehold 9.9").contains("sha256: ");
    ObjectNode context = read(file);
    ((ObjectNode) context.at("/request")).put("context", 1 << 30);
    refused(write("context.json", context), "context");
  }

  @Test
  void whatIsNoReceiptIsTwoLines() throws Exception {
    refused(Files.writeString(home.resolve("none.json"), "{\"format\": 1}"), "holds no receipt");
    refused(Files.writeString(home.resolve("text"), "hello"), "text: line 1");
    Result chat = run("run", "demo", "--receipt", home.resolve("x").toString());
    assertThat(chat.exit()).isEqualTo(Exit.USAGE);
    Result nowhere = run("run", "demo", "hi", "--receipt", home.resolve("no/x").toString());
    assertThat(nowhere.err()).contains("no file of a folder that exists");
    assertThat(run("verify", "nothing").err()).contains("a receipt");
  }

  @Test
  void aServerSignsWhatItAnswers() throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path secret = pem("secret.pem", "PRIVATE KEY", keys.getPrivate().getEncoded());
    Path open = pem("open.pem", "PUBLIC KEY", keys.getPublic().getEncoded());
    KeyPair others = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path other = pem("other.pem", "PUBLIC KEY", others.getPublic().getEncoded());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            Map.of("FREEHOLD_PORT", "0"),
            home,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Clock.systemUTC());
    Thread server =
        new Thread(
            () -> Main.run(surroundings, "serve", "demo", "--sign-receipts", secret.toString()));
    server.start();
    while (!out.toString(StandardCharsets.UTF_8).endsWith("\n")) {
      assertThat(server.isAlive()).as(err.toString(StandardCharsets.UTF_8)).isTrue();
      Thread.sleep(20);
    }
    String address = out.toString(StandardCharsets.UTF_8).strip().replaceAll(".* ", "");
    String body =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"Where is the kite?\"}],"
            + "\"temperature\":1.5,\"max_tokens\":16,\"freehold\":{\"receipt\":true}%s}";
    JsonNode whole = JsonMapper.shared().readTree(post(address, body.formatted("")));
    String stream = post(address, body.formatted(",\"stream\":true"));
    String last =
        stream.lines().filter(line -> line.contains("freehold receipt")).findFirst().orElseThrow();
    server.interrupt();
    server.join();
    assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("freehold receipt", "kite");

    Path answer = write("answer.json", whole);
    Path chunk = Files.writeString(home.resolve("chunk.json"), last.substring("data: ".length()));
    for (Path file : new Path[] {answer, chunk}) {
      Result verified = run("verify", file.toString(), "--key", open.toString());
      assertThat(verified.exit()).as(verified.err()).isEqualTo(Exit.OK);
      assertThat(verified.out()).contains("made by the holder of the key", "verified");
      Result wrong = run("verify", file.toString(), "--key", other.toString());
      assertThat(wrong.err()).contains("not made with the private key");
      assertThat(wrong.exit()).isEqualTo(Exit.FAILURE);
    }
  }

  private Path pem(String name, String label, byte[] bytes) throws IOException {
    return Files.writeString(
        home.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(label, Base64.getMimeEncoder().encodeToString(bytes), label));
  }

  private static String post(String address, String body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(address + "/v1/chat/completions"))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return answer.body();
    }
  }
}
