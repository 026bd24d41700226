package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunState;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.workflow.ApprovalLinks;
import dev.freehold.agent.workflow.Approvals;
import dev.freehold.server.Backends;
import dev.freehold.server.Server;
import dev.freehold.server.ServerOptions;
import dev.freehold.server.page.WorkflowPages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Workflows at the command line with the demo model, and signed links over HTTP.
class WorkflowCommandTest {
  private static final String FILE =
      """
      workflow: sums
      input: [who]
      model: demo
      actions:
        outbox: {folder: outbox}
      steps:
        - id: sum
          model: {prompt: "What is 48 + 36?", max-tokens: 80}
        - id: review
          wait:
            question: "Send this to {{ input.who }}?"
            payload: {to: "{{ input.who }}", text: "{{ sum.text }}"}
            tell: outbox
        - id: send
          action: {name: outbox, approved: review}
      """;

  @TempDir private Path home;
  private Path file = Path.of("");

  @BeforeEach
  void write() throws Exception {
    file = Files.writeString(home.resolve("sums.yaml"), FILE);
  }

  private Session.Result run(String... words) {
    String[] all = Stream.concat(Stream.of("workflow"), Stream.of(words)).toArray(String[]::new);
    return new Session(home).run(all);
  }

  private Surroundings surroundings() {
    return new Surroundings(
        Map.of(),
        home,
        new ByteArrayInputStream(new byte[0]),
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
  }

  private String begun() {
    Session.Result waits = run("run", file.toString(), "--input", "{\"who\": \"bert\"}");
    assertThat(waits.exit()).as(waits.err()).isEqualTo(Exit.AGENT_WAITS);
    assertThat(waits.err()).contains("Send this to bert?").doesNotContain("no model is named");
    return waits.err().split("\\s+")[1];
  }

  private List<String> letters() throws Exception {
    if (!Files.exists(home.resolve("outbox"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(home.resolve("outbox"))) {
      return files
          .map(letter -> {
            try {
              return Files.readString(letter);
            } catch (java.io.IOException failure) {
              throw new java.io.UncheckedIOException(failure);
            }
          })
          .filter(letter -> !letter.contains("\"question\""))
          .toList();
    }
  }

  @Test
  void aRunWaitsIsEditedAndSends() throws Exception {
    assertThat(run("check", file.toString()).out())
        .contains("sums: 3 steps, input: who, models: demo, actions: outbox");
    String run = begun();
    assertThat(letters()).isEmpty();
    assertThat(run("list").out()).contains(run, "waits", "Send this to bert?");
    assertThat(run("show", run).out()).contains("\"to\" : \"bert\"", "84");
    assertThat(run("show", run, "--json").exit()).isEqualTo(Exit.FAILURE);
    assertThat(run("approve", run, "--digest", "00").err()).contains("another payload waits there");
    assertThat(run("edit", run, "--set", "cc=carl").err()).contains("has no \"cc\"");
    Session.Result done = run("edit", run, "--set", "text=It is 84.", "--by", "Anna");
    assertThat(done.exit()).as(done.err()).isEqualTo(Exit.OK);
    assertThat(done.out()).contains("\"file\"");
    assertThat(letters()).hasSize(1);
    assertThat(letters().getFirst()).contains("It is 84.", "bert");
    assertThat(run("approve", run).err())
        .contains("nothing waits for approval there; review was decided already: edit by Anna");
    assertThat(run("show", run).out()).contains("edit by Anna");
    assertThat(run("show", run, "--json").out()).contains("\"file\"");
  }

  @Test
  void theExampleOfTheDocumentsRunsAsItIsPrinted() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "workflows.md"));
    int begin = page.indexOf("```yaml\n") + 8;
    Files.writeString(file, page.substring(begin, page.indexOf("```", begin)));
    String run = begun();
    Session.Result done = run("approve", run);
    assertThat(done.exit()).as(done.err()).isEqualTo(Exit.OK);
    assertThat(letters()).hasSize(1);
    assertThat(letters().getFirst()).contains("bert", "84");
  }

  @Test
  void aRunThatWaitsForATimeSaysWhenAndHowItGoesOn() throws Exception {
    Files.writeString(file, "workflow: w\nsteps:\n  - id: p\n    pause: 2h\n");
    Session.Result waits = run("run", file.toString());
    assertThat(waits.exit()).as(waits.err()).isEqualTo(Exit.AGENT_WAITS);
    assertThat(waits.err())
        .containsPattern("waits until \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\R")
        .contains("freehold workflow resume ")
        .doesNotContain("approve");
  }

  @Test
  void errorsNameTheLine() throws Exception {
    Files.writeString(file, FILE.replace("tell:", "tel:"));
    Session.Result wrong = run("check", file.toString());
    assertThat(wrong.exit()).isEqualTo(Exit.FAILURE);
    assertThat(wrong.err()).contains("sums.yaml, line 13: \"tel\" is not known here");
    assertThat(run("run", home.resolve("no.yaml").toString()).err()).contains("no such file");
    assertThat(run().exit()).isEqualTo(Exit.USAGE);
  }

  private static HttpResponse<String> post(Server server, String path, String body)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  /// The status of a request that calls the server by another name.
  private static String byOtherName(Server server, String token) throws Exception {
    String body = "{\"token\":\"%s\"}".formatted(token);
    try (Socket socket = new Socket("127.0.0.1", server.port());
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream()) {
      String request =
          "POST /page/workflow-link/follow HTTP/1.1\r\nHost: desk.evil.example\r\n"
              + "Content-Type: application/json\r\nConnection: close\r\n"
              + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().findFirst().orElse("");
    }
  }

  @Test
  void linksNameThePortThatWasBound() throws Exception {
    Files.writeString(
        file,
        """
        workflow: twice
        actions:
          outbox: {folder: outbox}
        steps:
          - id: first
            wait: {question: "Begin?", payload: x}
          - id: second
            wait: {question: "Go on?", payload: x, tell: outbox}
        """);
    assertThat(run("run", file.toString()).exit()).isEqualTo(Exit.AGENT_WAITS);
    try (Journal journal = AgentPlaces.journal(surroundings())) {
      Approvals approvals = new Approvals(journal);
      Step asked = approvals.waiting().getFirst();
      approvals.send(asked, asked.digest(), "Anna");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings served =
        new Surroundings(
            Map.of(),
            home,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Clock.systemUTC());
    Thread server = new Thread(() -> Main.run(served, "workflow", "serve", "--port", "0"));
    server.start();
    try {
      while (told().isEmpty()) {
        assertThat(server.isAlive()).as(err.toString(StandardCharsets.UTF_8)).isTrue();
        Thread.sleep(20);
      }
      String line = out.toString(StandardCharsets.UTF_8).strip();
      String port = line.substring(line.lastIndexOf(':') + 1);
      assertThat(port).matches("[1-9]\\d+");
      assertThat(told()).contains("http://127.0.0.1:%s/workflows/link#".formatted(port));
    } finally {
      server.interrupt();
      server.join();
    }
  }

  /// What was told of a run that waits, or nothing yet.
  private String told() throws Exception {
    if (!Files.exists(home.resolve("outbox"))) {
      return "";
    }
    try (Stream<Path> files = Files.list(home.resolve("outbox"))) {
      Path letter = files.filter(one -> one.toString().endsWith(".json")).findFirst().orElse(null);
      return letter == null ? "" : Files.readString(letter);
    }
  }

  @Test
  void aSignedLinkDecidesOnceAndOnlyWhatItWasMadeFor() throws Exception {
    String run = begun();
    Surroundings surroundings = surroundings();
    Backends backends = WorkflowServeCommand.backends();
    try (Journal journal = AgentPlaces.journal(surroundings);
        Server server =
            Server.start(
                ServerOptions.loopback(0, Clock.systemUTC()),
                backends,
                measured -> {
                  ApprovalLinks links =
                      WorkflowWork.links(
                          surroundings,
                          AgentPlaces.folder(surroundings),
                          () -> "http://127.0.0.1:9931");
                  return List.of(new WorkflowPages(new ServedWorkflows(journal, links), true));
                })) {
      Step asked = new Approvals(journal).find(run, "");
      ApprovalLinks links =
          WorkflowWork.links(
              surroundings, AgentPlaces.folder(surroundings), () -> "http://127.0.0.1:9931");
      String send = links.address(asked, ApprovalLinks.Action.SEND).split("#")[1];
      String skip = links.address(asked, ApprovalLinks.Action.SKIP).split("#")[1];
      String body = "{\"token\": \"%s\"}";
      assertThat(byOtherName(server, send)).contains("403");
      assertThat(post(server, "/page/workflow-link/look", body.formatted(send)).body())
          .contains("\"action\":\"send\"", "Send this to bert?");
      String altered =
          send.substring(0, 30) + (send.charAt(30) == 'A' ? 'B' : 'A') + send.substring(31);
      assertThat(post(server, "/page/workflow-link/follow", body.formatted(altered)).body())
          .contains("this link was changed");
      assertThat(
              post(
                      server,
                      "/page/workflow-link/follow",
                      "{\"token\": \"%s\", \"payload\": {\"to\": \"eve\", \"text\": \"x\"}}"
                          .formatted(send))
                  .body())
          .contains("and nothing else");
      assertThat(new Approvals(journal).waiting()).hasSize(1);
      assertThat(post(server, "/page/workflow-link/follow", body.formatted(send)).statusCode())
          .isEqualTo(200);
      for (String token : List.of(send, skip)) {
        HttpResponse<String> again =
            post(server, "/page/workflow-link/follow", body.formatted(token));
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.body()).contains("was decided already");
      }
      Step decided = journal.step(run, "review").orElseThrow();
      assertThat(decided.decision().orElseThrow().by()).isEqualTo("whoever has the link");
      assertThat(journal.head(run).state()).isEqualTo(RunState.WAITING);
    }
    assertThat(run("resume", run).exit()).isEqualTo(Exit.OK);
    assertThat(letters()).hasSize(1);
    try (Stream<Path> told = Files.list(home.resolve("outbox"))) {
      assertThat(told).as("the letter, and the message with the links").hasSize(2);
    }
  }
}
