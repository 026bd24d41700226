package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// `run` and `serve` with another engine: which one computes, what is said of it, and that it is
/// gone afterwards.
@DisabledOnOs(OS.WINDOWS) // the engine is a script
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class OtherEngineTest {
  private static final Path GOLDENS =
      Path.of(System.getProperty("freehold.root"), "model/src/test/resources/goldens");
  private static final Path MODEL = GOLDENS.resolve("qwen2/model.gguf");

  @TempDir private Path home = Path.of("unset");

  private Session.Result run(String... arguments) {
    return new Session(home).with("PATH", home.resolve("bin").toString()).run(arguments);
  }

  /// The same model as of a family that nobody knows.
  private String unknown() throws Exception {
    String bytes = Files.readString(MODEL, StandardCharsets.ISO_8859_1);
    Path file = home.resolve("unknown.gguf");
    Files.writeString(file, bytes.replace("qwen2", "qwenX"), StandardCharsets.ISO_8859_1);
    return file.toString();
  }

  private String log(String engine) throws Exception {
    return Files.readString(home.resolve(".local/state/freehold/engines/" + engine + ".log"));
  }

  private void assertNothingIsLeft() throws Exception {
    try (Stream<Path> running = Files.list(home.resolve(".local/state/freehold/engines/running"))) {
      assertThat(running).isEmpty();
    }
  }

  @Test
  void theNamedEngineAnswersAndIsToldOfAndEnds() throws Exception {
    Path file = FakeEngine.install(home.resolve("elsewhere"), "my-server");
    Session.Result result =
        run(
            "run",
            MODEL.toString(),
            "Hi",
            "--engine",
            "llama-server",
            "--engine-path",
            file.toString(),
            "--context",
            "300",
            "--engine-option",
            "-ngl 99");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(result.out()).isEqualTo("From elsewhere.\n");
    assertThat(result.err())
        .contains("llama-server (" + file + ") answers, not Freehold's engine")
        .contains("note: answered by m of llama-server");
    assertThat(log("llama-server"))
        .contains("--model " + MODEL, "--ctx-size 300 --host 127.0.0.1 --port ", " -ngl 99\n");
    assertNothingIsLeft();
    while (FakeEngine.hasWorker(home.resolve("elsewhere"))) { // the test has a limit of time
      Thread.sleep(20);
    }
  }

  @Test
  void whereOursDoesNotLoadTheModelTheOneOnThePathAnswers() throws Exception {
    Session.Result without = run("run", unknown(), "Hi");
    assertThat(without.exit()).isEqualTo(Exit.FAILURE);
    assertThat(without.err()).contains("qwenX", "--engine-path FILE").hasLineCount(2);
    Session.Result served = run("serve", unknown());
    assertThat(served.exit()).isEqualTo(Exit.FAILURE);
    assertThat(served.err()).contains("qwenX", "--engine-path FILE").hasLineCount(2);

    FakeEngine.install(home.resolve("bin"), "llama-server");
    Session.Result ours = run("run", MODEL.toString(), "Hi", "--max-tokens", "2");
    assertThat(ours.err()).doesNotContain("llama-server", "are not used");
    Session.Result unused =
        run("run", MODEL.toString(), "Hi", "--max-tokens", "2", "--engine-option", "-ngl 99");
    assertThat(unused.exit()).as(unused.err()).isEqualTo(Exit.OK);
    assertThat(unused.err()).contains("--engine-option are not used: Freehold's engine");
    Session.Result with = run("run", unknown(), "Hi");
    assertThat(with.exit()).as(with.err()).isEqualTo(Exit.OK);
    assertThat(with.out()).isEqualTo("From elsewhere.\n");
    assertThat(with.err()).contains("note: ", "qwenX", "llama-server (");
    Session.Result freehold = run("run", unknown(), "Hi", "--engine", "freehold");
    assertThat(freehold.exit()).isEqualTo(Exit.FAILURE);
    assertThat(freehold.err()).doesNotContain("--engine-path");
  }

  @Test
  void foldersAreForVllm() throws Exception {
    FakeEngine.install(home.resolve("bin"), "vllm");
    Path folder = home.resolve("folder");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), "{\"architectures\":[\"NobodyKnows\"]}");
    Files.write(folder.resolve("model.safetensors"), new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'});
    Session.Result result = run("run", folder.toString(), "Hi", "--engine", "vllm");
    assertThat(result.out()).as(result.err()).isEqualTo("From elsewhere.\n");
    assertThat(log("vllm"))
        .contains("asked: serve " + folder + " --served-model-name ")
        .contains(" --host 127.0.0.1 --port ")
        .doesNotContain("--max-model-len");
    assertRefused(run("run", MODEL.toString(), "Hi", "--engine", "vllm"), "vllm cannot read");
  }

  @Test
  void whatCannotBeIsTwoLines() throws Exception {
    String model = MODEL.toString();
    String[] named = {"--engine", "llama-server", "--engine-path"};
    assertRefused(run("run", model, "x", named[0], named[1]), "no llama-server on the path");
    assertRefused(run("run", model, "x", named[0], named[1], named[2], "/none"), "/none");
    assertRefused(run("run", model, "x", named[0], "freehold", named[2], "/none"), "other engines");
    String file = FakeEngine.install(home.resolve("bin"), "llama-server").toString();
    String receipt = home.resolve("r.json").toString();
    assertRefused(
        run("run", model, "x", named[0], named[1], named[2], file, "--receipt", receipt),
        "there are no receipts of llama-server");
    assertThat(run("run", model, "x", named[0], named[1], "--raw").err())
        .contains("text without a template is continued by Freehold's own engine only");
    assertRefused(run("serve", model, "demo", named[0], named[1]), "serves one model");
    FakeEngine.script(home.resolve("bin"), "llama-server", "echo no such thing; exit 3\n");
    Session.Result broken = run("run", model, "x", named[0], named[1]);
    assertThat(broken.exit()).isEqualTo(Exit.FAILURE);
    assertThat(broken.err()).contains("ended with status 3", "What it printed is in ");
    assertThat(log("llama-server")).contains("no such thing");
    assertNothingIsLeft();
  }

  private static void assertRefused(Session.Result session, String said) {
    assertThat(session.exit()).isIn(Exit.USAGE, Exit.FAILURE);
    assertThat(session.out()).isEmpty();
    assertThat(session.err()).contains(said).hasLineCount(2);
  }

  @Test
  void serveAnswersAllDialectsAndSaysWhoComputed() throws Exception {
    FakeEngine.install(home.resolve("bin"), "llama-server");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            Map.of("FREEHOLD_PORT", "0", "PATH", home.resolve("bin").toString()),
            home,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Clock.systemUTC());
    Thread server =
        new Thread(() -> Main.run(surroundings, "serve", "demo", "--engine", "llama-server"));
    server.start();
    while (!out.toString(StandardCharsets.UTF_8).endsWith("\n")) {
      assertThat(server.isAlive()).as(err.toString(StandardCharsets.UTF_8)).isTrue();
      Thread.sleep(20);
    }
    String line = out.toString(StandardCharsets.UTF_8).strip();
    int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    String question = "\"max_tokens\":8,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
    for (String path : new String[] {"/v1/chat/completions", "/v1/messages", "/api/chat"}) {
      assertThat(post(port, path, "{\"model\":\"demo\"," + question))
          .startsWith("HTTP/1.1 200 ")
          .contains("x-freehold-backend: llama-server\r\n", "From elsewhere.");
    }
    assertThat(post(port, "/v1/chat/completions", "{\"model\":\"other\"," + question))
        .startsWith("HTTP/1.1 404 ");
    assertThat(post(port, "/v1/chat/completions", "{\"freehold\":{\"receipt\":true}," + question))
        .startsWith("HTTP/1.1 501 ")
        .contains("receipts are of Freehold's own engine");
    assertThat(post(port, "/v1/embeddings", "{\"model\":\"demo\",\"input\":\"a\"}"))
        .startsWith("HTTP/1.1 501 ");
    assertThat(post(port, "/api/show", "{\"model\":\"demo\"}")).startsWith("HTTP/1.1 200 ");
    server.interrupt();
    server.join();
    assertNothingIsLeft();
  }

  private static String post(int port, String path, String body) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String head =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".formatted(path)
              + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                  .formatted(body.length());
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
