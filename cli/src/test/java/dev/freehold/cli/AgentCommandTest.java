package dev.freehold.cli;

import static dev.freehold.cli.PlayedModel.calls;
import static dev.freehold.cli.PlayedModel.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.Reach;
import dev.freehold.agent.sandbox.SandboxProbe;
import dev.freehold.tensor.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `freehold agent` over a server that plays a model.
class AgentCommandTest {
  @TempDir private Path home;
  private Path folder = Path.of("unset");
  private final List<JsonNode> asked = new ArrayList<>();
  private List<ObjectNode> answers = List.of();
  private ScriptedServer server = unset();

  @SuppressWarnings("NullAway") // is set before each test
  private static ScriptedServer unset() {
    return null;
  }

  @BeforeEach
  void serve() throws IOException {
    folder = Files.createDirectories(home.resolve("project"));
    Files.writeString(folder.resolve("a.txt"), "one\ntwo\n");
    server =
        new ScriptedServer(request -> {
          JsonNode body =
              StrictJson.parse(request.body().getBytes(StandardCharsets.UTF_8), "request");
          asked.add(body);
          long before = 0;
          for (JsonNode message : body.path("messages")) {
            before += message.path("role").asString("").equals("assistant") ? 1 : 0;
          }
          ObjectNode message = answers.get((int) Math.min(before, answers.size() - 1));
          return PlayedModel.reply(message);
        });
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private Session.Result agent(String... arguments) {
    return new Session(home)
        .run(Stream.concat(Stream.of("agent"), Arrays.stream(arguments)).toArray(String[]::new));
  }

  private Session.Result begin(String task, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                task, "--model", server.url() + "/v1#played", "--workspace", folder.toString()));
    all.addAll(List.of(more));
    return agent(all.toArray(String[]::new));
  }

  private static void requireConfinement() {
    SandboxProbe.Result found = SandboxProbe.probe(Reach.NOTHING);
    assumeTrue(
        found.sandbox().confinement() != Confinement.NONE,
        () -> "commands cannot be confined here: " + found.describe());
  }

  private String run() {
    String listed = agent("list").out();
    return listed.lines().skip(1).findFirst().orElseThrow().split(" ")[0];
  }

  @Test
  void aTaskIsDoneOnACopyShownAndTakenOver() {
    requireConfinement();
    answers =
        List.of(
            calls("edit", "{'path':'a.txt','old':'two','new':'2'}"),
            calls("bash", "{'command':'cat a.txt; printf \\\"\\\\033[2J\\\"'}"),
            says("I changed it. \u001b]0;title\u0007"));
    Session.Result done = begin("Change two", "--yes");
    assertThat(done.exit()).as(done.err()).isEqualTo(Exit.OK);
    assertThat(done.out())
        .contains("I changed it. \\u001b]0;title\\u0007")
        .doesNotContain("\u001b");
    assertThat(done.err())
        .contains("sandbox: ", "- edit a.txt", "1 files changed", "agent apply " + run())
        .doesNotContain("\u001b");
    assertThat(folder.resolve("a.txt")).hasContent("one\ntwo\n");
    assertThat(agent("diff", run()).out()).contains("--- a/a.txt", "-two\n+2\n");
    assertThat(agent("apply", run()).exit()).isEqualTo(Exit.USAGE);
    assertThat(agent("apply", run(), "--yes").out()).contains("1 files changed");
    assertThat(folder.resolve("a.txt")).hasContent("one\n2\n");
    assertThat(agent("apply", run(), "--yes").out()).contains("nothing to take over");
    assertThat(agent("show", run()).out()).contains("Change two", "edit", "bash", "done");
  }

  @Test
  void hostsAreKeptWithTheRunSaidAndLeaveForThemIsGivenByName() {
    SandboxProbe.Result found = SandboxProbe.probe(Reach.NOTHING);
    assumeTrue(found.sandbox().confinement() == Confinement.NAMESPACES, found::describe);
    answers = List.of(calls("bash", "{'command':'echo proxy=$https_proxy'}"), says("Done."));

    Session.Result denied = begin("Fetch", "--yes", "--allow-host", "Allowed.invalid");
    assertThat(denied.err())
        .contains("hosts: commands may talk to allowed.invalid", "nobody is there to be asked");
    assertThat(asked.getFirst().path("tools").toString())
        .contains("it reaches only these hosts", "allowed.invalid.");
    assertThat(agent("show", run()).out()).contains("hosts   allowed.invalid");

    Session.Result done =
        begin(
            "Fetch", "--yes-to", "bash", "--allow-host", "a.invalid", "--allow-host", "b.invalid");
    assertThat(done.err()).contains("proxy=http://127.0.0.1:3128");
    String id = done.err().replaceFirst("(?s).*\nrun (\\w+): .*", "$1");

    asked.clear();
    Session.Result kept = agent("resume", id, "again");
    assertThat(kept.err())
        .contains("hosts: commands may talk to a.invalid, b.invalid")
        .doesNotContain("from now on");
    Session.Result changed = agent("resume", id, "and again", "--allow-host", "none");
    assertThat(changed.err())
        .contains("could reach a.invalid, b.invalid before, and can reach no host from now on");
    assertThat(asked.getLast().path("messages").toString())
        .contains("From now on commands can reach no host");
    assertThat(agent("show", id).out()).doesNotContain("hosts   ");

    Session.Result forked = agent("fork", id, "--allow-host", "c.invalid");
    assertThat(forked.err()).contains("can reach c.invalid from now on");
    Session.Result after = agent("resume", forked.out().split("[ ;]")[1], "more");
    assertThat(after.err()).contains("hosts: commands may talk to c.invalid");
    assertThat(asked.getLast().path("messages").toString())
        .contains("From now on commands can reach c.invalid");
  }

  @Test
  void whatIsNoPublicNameIsNotAllowedAsAHost() {
    for (String host : List.of("10.0.0.1", "localhost", "*", "https://a.example", "a.example/x")) {
      Session.Result result = begin("Fetch", "--allow-host", host);
      assertThat(result.exit()).as(host).isEqualTo(Exit.USAGE);
      assertThat(result.err()).contains("--allow-host: ", "Expected a public name");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void withoutLeaveNothingChangesAndNothingHangs() {
    requireConfinement();
    answers =
        List.of(calls("write", "{'path':'evil','content':'x'}"), says("I was not allowed to."));
    Session.Result denied = begin("Write");
    assertThat(denied.exit()).as(denied.err()).isEqualTo(Exit.OK);
    assertThat(denied.err()).contains("denies this", "0 files changed");
    assertThat(denied.err().lines().toList().getLast())
        .startsWith("1 call was not allowed")
        .contains("--yes, --yes-to", "--allow");
    Session.Result waits = begin("Write", "--unasked", "wait");
    assertThat(waits.exit()).as(waits.err()).isEqualTo(Exit.AGENT_WAITS);
    assertThat(agent("list").out()).contains("waits", "leave is asked for: write evil");
    Session.Result ruled = begin("Write", "--allow", "write:e*", "--deny", "*:**/secret");
    assertThat(ruled.err())
        .contains("1 files changed")
        .doesNotContain("no such tool", "not allowed");
    assertThat(begin("Write", "--yes-to", "wrote").err())
        .contains("a rule is for \"wrote\", and there is no such tool here");
    long runs = agent("list").out().lines().count();
    assertThat(begin("Write", "--allow", "write").exit()).isEqualTo(Exit.USAGE);
    assertThat(agent("list").out().lines().count()).isEqualTo(runs);
  }

  @Test
  void aRunGoesOnIsForkedUndoneAndRemoved() {
    requireConfinement();
    answers =
        List.of(
            calls("write", "{'path':'b','content':'first'}"),
            calls("write", "{'path':'b','content':'second'}"),
            says("done"),
            says("more is done"));
    Session.Result part = begin("Write", "--yes", "--max-steps", "3");
    assertThat(part.exit()).as(part.err()).isEqualTo(Exit.AGENT_WAITS);
    assertThat(part.err()).contains("3 steps were done", "agent resume");
    String run = run();
    Session.Result whole = agent("resume", run, "--yes", "--max-steps", "50");
    assertThat(whole.exit()).as(whole.err()).isEqualTo(Exit.OK);
    assertThat(whole.out()).contains("done");
    assertThat(agent("resume", run, "Go", "on", "--yes").out()).contains("more is done");
    assertThat(agent("diff", run).out()).contains("+second");
    assertThat(agent("undo", run).out())
        .contains("taken back: write")
        .doesNotContain("still holds");
    assertThat(agent("diff", run).out()).contains("+first");
    assertThat(agent("undo", run).out()).contains("taken back");
    assertThat(agent("diff", run).out()).isEmpty();
    assertThat(agent("undo", run).out()).contains("nothing to take back");
    Session.Result forked = agent("fork", run, "--steps", "3");
    String fork = forked.out().split("[ ;]")[1];
    assertThat(agent("diff", fork).out()).as(forked.err()).contains("+first");
    assertThat(agent("discard", run).out()).contains("is removed");
    assertThat(agent("show", fork).out()).contains("from    " + run);
    assertThat(agent("list", "--json").out()).contains(fork).doesNotContain("\"run\": \"" + run);
    assertThat(agent("show", "zzzz").exit()).isEqualTo(Exit.FAILURE);
  }

  @Test
  void whatIsTakenBackAfterItWasTakenOverIsStillInTheFolder() {
    requireConfinement();
    answers = List.of(calls("write", "{'path':'b','content':'first'}"), says("done"));
    assertThat(begin("Write", "--yes").exit()).isEqualTo(Exit.OK);
    String run = run();
    assertThat(agent("apply", run, "--yes").out()).contains("1 files changed");
    assertThat(agent("undo", run).out())
        .contains(folder + " still holds the change", "freehold agent apply " + run);
    assertThat(folder.resolve("b")).hasContent("first");
    assertThat(agent("apply", run, "--yes").out()).contains("1 files changed");
    assertThat(folder.resolve("b")).doesNotExist();
  }

  @Test
  void runsOfWorkflowsAreLeftToTheirOwnList() throws IOException {
    Path file = home.resolve("w.yaml");
    Files.writeString(
        file, "workflow: rest\nsteps:\n  - id: ask\n    wait: {question: Now?, payload: x}\n");
    Session.Result begun = new Session(home).run("workflow", "run", file.toString());
    assertThat(begun.exit()).as(begun.err()).isEqualTo(Exit.AGENT_WAITS);
    assertThat(agent("list").out())
        .contains("runs of workflows: freehold workflow list")
        .doesNotContain("rest");
    assertThat(agent("list", "--json").out()).contains("\"workflow\"");
    assertThat(new Session(home).run("workflow", "list").out()).contains("rest");
  }

  @Test
  void aServerThatIsGoneLeavesARunThatGoesOn() throws IOException {
    answers = List.of(says("done"));
    server.close();
    Session.Result failed = begin("Do it");
    assertThat(failed.exit()).isEqualTo(Exit.FAILURE);
    assertThat(agent("list").out()).contains("waits", "the model could not be asked");
    assertThat(folder.resolve("a.txt")).hasContent("one\ntwo\n");
  }
}
