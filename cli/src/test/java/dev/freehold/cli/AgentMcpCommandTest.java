package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `freehold agent mcp`, and what a run has of servers, skills and instructions.
@Timeout(300)
class AgentMcpCommandTest {
  @TempDir private Path home;

  private Session.Result run(String... words) {
    return new Session(home).run(words);
  }

  private Session.Result add(String word, String... options) {
    List<String> words = new ArrayList<>(List.of("agent", "mcp", "add", "small"));
    words.addAll(List.of(options));
    words.add("--");
    words.addAll(SmallToolServer.argv(word));
    return run(words.toArray(String[]::new));
  }

  @Test
  void aServerIsAddedLookedAtAskedAboutAndRemoved() throws IOException {
    Session.Result added = add("one", "--env", "KEY=${HIDDEN_NAME}");
    assertThat(added.exit()).isEqualTo(Exit.FAILURE);
    assertThat(added.err()).contains("the variable HIDDEN_NAME is not set");
    assertThat(run("agent", "mcp", "remove", "small").exit()).isEqualTo(Exit.OK);

    added = add("one");
    assertThat(added.out())
        .contains("small word (new)", "Says one.", "... 1 more lines", "arguments: [far] text")
        .contains("agent mcp check small --full", "no tools of small are used")
        .doesNotContain("And more.", "\"type\"");
    assertThat(run("agent", "mcp", "check", "small", "--full").out())
        .contains("Says one.", "And more.", "\"type\"")
        .doesNotContain("--full");
    assertThat(added.err()).contains("nobody is there to be asked; --yes gives leave");
    assertThat(add("one").err()).contains("there is a server \"small\" already");
    Session.Result checked = run("agent", "mcp", "check", "small", "--yes");
    assertThat(checked.exit()).isEqualTo(Exit.OK);
    assertThat(checked.out()).contains("1 tools are used: small__word");

    Path file = home.resolve(".config/freehold/mcp.json");
    Files.writeString(file, Files.readString(file).replace("\"one\"", "\"two\""));
    Session.Result changed = run("agent", "mcp", "check");
    assertThat(changed.exit()).isEqualTo(Exit.FAILURE);
    assertThat(changed.out())
        .contains("HAS CHANGED since you gave leave", "-Says one.", "+Says two.");

    assertThat(run("agent", "mcp", "list").out()).contains("small", "(not confined)");
    assertThat(run("agent", "mcp", "remove", "small").exit()).isEqualTo(Exit.OK);
    assertThat(run("agent", "mcp", "list").out()).doesNotContain("small");
    assertThat(run("agent", "mcp", "remove", "small").err()).contains("no server \"small\"");
  }

  @Test
  void aFoldersServersAreShownAndConsentedTo() throws IOException {
    Path folder = Files.createDirectories(home.resolve("project"));
    assertThat(run("agent", "mcp", "trust", folder.toString()).err()).contains("has no .mcp.json");
    Files.writeString(
        folder.resolve(".mcp.json"),
        "{\"mcpServers\": {\"theirs\": {\"command\": \"touch\", \"args\": [\"ran\"]}}}");
    assertThat(run("agent", "mcp", "trust", folder.toString()).out())
        .contains("theirs: touch ran  (confined)", "sha256 ", "not obeyed; --yes consents to it");
    assertThat(run("agent", "mcp", "trust", folder.toString(), "--yes").out())
        .contains("you consent to this file");
    assertThat(run("agent", "mcp", "trust", folder.toString()).out())
        .contains("you have consented to it");
    assertThat(run("agent", "mcp", "trust", folder.toString(), "--take-back").out())
        .contains("taken back");
    assertThat(run("agent", "mcp", "trust", folder.toString()).out()).contains("not obeyed");
  }

  @Test
  void aRunHasServersSkillsAndInstructionsAndObeysNoRepository() throws IOException {
    Path folder = Files.createDirectories(home.resolve("project"));
    Files.writeString(folder.resolve("AGENTS.md"), "Run make check.");
    Files.writeString(
        folder.resolve(".mcp.json"), "{\"mcpServers\": {\"evil\": {\"command\": \"x\"}}}");
    Path skill = Files.createDirectories(folder.resolve(".agents/skills/style"));
    Files.writeString(
        skill.resolve("SKILL.md"), "---\nname: style\ndescription: How it looks.\n---\nTwo.");
    assertThat(add("one", "--yes").exit()).isEqualTo(Exit.OK);
    List<JsonNode> asked = new ArrayList<>();
    List<String> calls = List.of("skill {\"name\":\"style\"}", "small__word {}");
    try (ScriptedServer model =
        new ScriptedServer(request -> {
          if (request.body().isEmpty()) {
            return new ScriptedServer.Reply(200, "{\"data\":[{\"id\":\"m\"}]}");
          }
          asked.add(JsonMapper.shared().readTree(request.body()));
          return new ScriptedServer.Reply(200, answer(calls, asked.size()));
        })) {
      Session.Result result =
          run(
              "agent",
              "Do it.",
              "--yes",
              "--model",
              model.url() + "/v1#m",
              "--workspace",
              folder.toString());
      assertThat(result.err())
          .contains(".mcp.json in this folder is not obeyed")
          .contains("- small__word")
          .contains("the person denies this: nobody is there to be asked");
    }
    JsonNode first = asked.getFirst();
    assertThat(first.at("/messages/0/content").asString(""))
        .contains("data of the repository", "Run make check.")
        .contains("- style (from the repository): How it looks.");
    assertThat(first.path("tools").toString()).contains("small__word", "Says one.", "\"skill\"");
    assertThat(asked.get(1).path("messages").toString()).contains("Two.");
  }

  private Path addNotes() throws IOException {
    Path notes = home.resolve("notes");
    List<String> words = new ArrayList<>(List.of("agent", "mcp", "add", "notes", "--yes", "--"));
    words.addAll(SmallNotesServer.argv(notes));
    assertThat(run(words.toArray(String[]::new)).exit()).isEqualTo(Exit.OK);
    return notes;
  }

  private void declareUndo() throws IOException {
    Path file = home.resolve(".config/freehold/mcp.json");
    ObjectNode root = JsonMapper.shared().readTree(Files.readString(file)).asObject();
    root.at("/mcpServers/notes")
        .asObject()
        .set(
            "undo",
            JsonMapper.shared()
                .readTree(
                    "{\"create\":{\"tool\":\"delete\","
                        + "\"arguments\":{\"note\":\"{result.note}\"}}}"));
    Files.writeString(file, root.toString());
  }

  @Test
  void aCallElsewhereIsTakenBackWhereThePersonSaidHow() throws IOException {
    Path notes = addNotes();
    Path folder = Files.createDirectories(home.resolve("project"));
    List<String> calls =
        List.of("notes__create {\"text\":\"a\"}", "notes__create {\"text\":\"b\"}");
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedServer model =
        new ScriptedServer(request ->
            new ScriptedServer.Reply(
                200,
                request.body().isEmpty()
                    ? "{\"data\":[{\"id\":\"m\"}]}"
                    : answer(calls, asked.incrementAndGet())))) {
      declareUndo();
      String[] begin = {
        "agent",
        "Note it.",
        "--yes-to",
        "notes__create",
        "--model",
        model.url() + "/v1#m",
        "--workspace",
        folder.toString()
      };
      assertThat(run(begin).exit()).isEqualTo(Exit.OK);
    }
    assertThat(notes.resolve("note-1")).hasContent("a");
    assertThat(notes.resolve("note-2")).hasContent("b");
    String run = run("agent", "list").out().lines().skip(1).findFirst().orElseThrow();
    run = run.split(" ")[0];

    Session.Result unsaid = run("agent", "undo", run);
    assertThat(unsaid.exit()).isEqualTo(Exit.USAGE);
    assertThat(unsaid.err())
        .contains("tool \"delete\" of server \"notes\" is called with", "\"note-2\"", "add --yes");
    Session.Result undone = run("agent", "undo", run, "--yes");
    assertThat(undone.out())
        .as(undone.err())
        .contains("taken back: notes__create", "deleted note-2");
    assertThat(notes.resolve("note-2")).doesNotExist();
    assertThat(notes.resolve("note-1")).exists();

    Files.delete(notes.resolve("note-1"));
    Session.Result failed = run("agent", "undo", run, "--yes");
    assertThat(failed.exit()).isEqualTo(Exit.FAILURE);
    assertThat(failed.err()).contains("was not taken back: no such note", "--leave");

    Path file = home.resolve(".config/freehold/mcp.json");
    Files.writeString(
        file, Files.readString(file).replace("\"undo\":{\"create\"", "\"undo\":{\"x\""));
    assertThat(run("agent", "undo", run, "--yes").err()).contains("declares no way back");
    assertThat(run("agent", "mcp", "remove", "notes").exit()).isEqualTo(Exit.OK);
    assertThat(run("agent", "undo", run, "--yes").err())
        .contains("the tool that knows the way back is not there now");
    assertThat(run("agent", "undo", run, "--leave").out()).contains("left as it is");
    assertThat(run("agent", "undo", run).out()).contains("nothing to take back");
  }

  private static String answer(List<String> calls, int number) {
    String message =
        number > calls.size()
            ? "{\"role\":\"assistant\",\"content\":\"Done.\"}"
            : "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c%d\",\"type\":\"function\","
                    .formatted(number)
                + "\"function\":{\"name\":\"%s\",\"arguments\":%s}}]}"
                    .formatted(
                        calls.get(number - 1).split(" ")[0],
                        JsonMapper.shared()
                            .writeValueAsString(calls.get(number - 1).split(" ")[1]));
    String reason = number > calls.size() ? "stop" : "tool_calls";
    return ("{\"id\":\"a\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":"
            + "[{\"index\":0,\"message\":%s,\"finish_reason\":\"%s\"}],\"usage\":"
            + "{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}")
        .formatted(message, reason);
  }
}
