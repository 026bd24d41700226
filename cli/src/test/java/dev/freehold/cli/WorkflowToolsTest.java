package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.Reach;
import dev.freehold.agent.sandbox.SandboxProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Steps of workflows that call tools, at the command line.
@Timeout(180)
class WorkflowToolsTest {
  private static final Pattern RUN = Pattern.compile("(?m)^run ([a-z0-9]+)$");

  @TempDir private Path home;

  private Session.Result run(String... words) {
    return new Session(home).run(words);
  }

  private Session.Result workflow(String... words) {
    return run(Stream.concat(Stream.of("workflow"), Stream.of(words)).toArray(String[]::new));
  }

  private static String name(Session.Result begun) {
    Matcher run = RUN.matcher(begun.err());
    assertThat(run.find()).as(begun.err()).isTrue();
    return run.group(1);
  }

  @Test
  void theExampleOfTheDocumentsRunsAsItIsPrinted() throws IOException {
    assumeTrue(
        SandboxProbe.probe(Reach.NOTHING).sandbox().confinement() != Confinement.NONE,
        "commands cannot be confined here");
    String page = Files.readString(Path.of("..", "docs", "workflows.md"));
    int begin = page.indexOf("workflow: count\n");
    Path file =
        Files.writeString(
            home.resolve("count.yaml"), page.substring(begin, page.indexOf("```", begin)));
    Path books = Files.createDirectory(home.resolve("books"));
    Files.writeString(books.resolve("one.txt"), "It was a dark night.\n");
    Files.writeString(books.resolve("two.txt"), "Call me.\n");
    Session.Result waits = workflow("run", file.toString());
    assertThat(waits.exit()).as(waits.err()).isEqualTo(Exit.AGENT_WAITS);
    assertThat(waits.err()).contains("sandbox: ", "leave is asked for: write words");
    String run = name(waits);
    assertThat(workflow("show", run).out()).contains("write words", "+ 7 total");
    assertThat(workflow("approve", run).exit()).isEqualTo(Exit.OK);
    assertThat(books.resolve("words")).doesNotExist();
    assertThat(run("agent", "diff", run).out()).contains("+ 7 total");
    assertThat(run("agent", "undo", run).err()).contains("is a workflow");
    assertThat(run("agent", "apply", run, "--yes").out()).contains("1 files changed");
    assertThat(Files.readString(books.resolve("words"))).contains("7 total");
    assertThat(run("agent", "discard", run).exit()).isEqualTo(Exit.OK);
  }

  private Path notes() {
    return home.resolve("notes");
  }

  private void addNotes(String... options) {
    List<String> words = new ArrayList<>(List.of("agent", "mcp", "add", "notes"));
    words.addAll(List.of(options));
    words.add("--");
    words.addAll(SmallNotesServer.argv(notes()));
    Session.Result unused = run(words.toArray(String[]::new));
  }

  private Path write(String tool, String more) throws IOException {
    return Files.writeString(
        home.resolve("notes.yaml"),
        """
        workflow: notes
        steps:
          - id: note
            tool: {name: notes__%s, arguments: {text: "hello"}%s}
        output: "{{ note.text }}"
        """
            .formatted(tool, more));
  }

  @Test
  void aServersToolIsCalledAfterAPersonGaveLeave() throws IOException {
    Path file = write("create", "");
    assertThat(workflow("run", file.toString()).err())
        .contains("line 3: step note: there is no tool \"notes__create\"");
    addNotes();
    assertThat(workflow("run", file.toString()).err())
        .contains("nobody gave leave to use", "agent mcp check notes", "there is no tool");
    assertThat(run("agent", "mcp", "check", "notes", "--yes").exit()).isEqualTo(Exit.OK);

    Session.Result waits = workflow("run", file.toString());
    assertThat(waits.exit()).as(waits.err()).isEqualTo(Exit.AGENT_WAITS);
    String run = name(waits);
    assertThat(notes()).doesNotExist();
    assertThat(workflow("show", run).out())
        .contains("tool \"create\" of server \"notes\" is called");
    Session.Result done = workflow("edit", run, "--set", "text=other");
    assertThat(done.out()).as(done.err()).contains("created");
    assertThat(notes().resolve("note-1")).hasContent("other");

    done = workflow("run", write("create", ", allow: true").toString());
    assertThat(done.exit()).as(done.err()).isEqualTo(Exit.OK);
    assertThat(notes().resolve("note-2")).hasContent("hello");
  }

  @Test
  void aCallOfWhichNothingIsKnownWaits() throws IOException {
    addNotes("--yes");
    Path settings = home.resolve(".config/freehold/mcp.json");
    ObjectNode root = JsonMapper.shared().readTree(Files.readString(settings)).asObject();
    root.at("/mcpServers/notes").asObject().put("timeout", 1);
    Files.writeString(settings, root.toString());
    Session.Result waits = workflow("run", write("hang", ", allow: true").toString());
    assertThat(waits.exit()).as(waits.err()).isEqualTo(Exit.AGENT_WAITS);
    assertThat(waits.err()).contains("it is not known whether \"notes__hang\" happened");
    String run = name(waits);
    assertThat(workflow("resume", run).exit()).isEqualTo(Exit.AGENT_WAITS);
    assertThat(notes().resolve("note-2")).doesNotExist();
    assertThat(workflow("settle", run, "note", "--happened", "it is there").exit())
        .isEqualTo(Exit.OK);
    assertThat(workflow("resume", run).out()).contains("it is there");
    assertThat(notes().resolve("note-2")).doesNotExist();
  }
}
