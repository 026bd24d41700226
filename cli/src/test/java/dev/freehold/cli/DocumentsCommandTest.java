package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders of documents are added, searched and asked by commands.
class DocumentsCommandTest {
  private static final String MODEL =
      Path.of(System.getProperty("freehold.root"), "model/src/test/resources/goldens/qwen2")
          .resolve("model.gguf")
          .toString();
  private static final String LEAVE = "How many days of paid leave?";

  @TempDir private Path home;
  private String documents = "";

  @BeforeEach
  void write() throws IOException {
    Path folder = Files.createDirectories(home.resolve("documents/personal"));
    Files.writeString(
        folder.resolve("leave.md"),
        "# Leave\n\nEmployees have 30 days of paid leave in a year.\n\u001b[31mred\u0007\n");
    Files.writeString(home.resolve("documents/page.html"), "<h1>Bus</h1><p>It stops at six.</p>");
    Files.write(home.resolve("documents/photo.png"), new byte[3]);
    documents = home.resolve("documents").toString();
  }

  private Session.Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  @Test
  void foldersAreAddedListedSearchedAndRemoved() throws IOException {
    Session.Result added = run("documents", "add", "office", documents);
    assertThat(added.exit()).as(added.err()).isEqualTo(Exit.OK);
    assertThat(added.out()).contains("2 read, 0 unchanged, 0 removed, 1 left out; 2 passages");
    assertThat(added.err()).contains("--files\" says of each file why it was left out");
    assertThat(run("documents", "list").out())
        .contains("office  2 documents, 2 passages, 1 files left out, no vectors", documents);
    assertThat(run("documents", "list", "office", "--files").out())
        .contains("left out    photo.png: is of no format that is read");
    assertThat(run("documents", "list", "--json", "--files").out())
        .contains("\"name\":\"office\"", "\"path\":\"personal/leave.md\"", "\"passages\":1");
    Session.Result found = run("documents", "search", "office", "paid", "leave");
    assertThat(found.exit()).isEqualTo(Exit.OK);
    assertThat(found.out())
        .contains("personal/leave.md, Leave  (words 100 %)", "Employees have 30 days")
        .doesNotContain("\u001b");
    assertThat(found.err()).contains("searched by words alone");
    assertThat(run("documents", "search", "office", "bus", "--json").out())
        .contains("\"path\":\"page.html\"", "\"headings\":[\"Bus\"]", "\"coverage\":1.0");
    assertThat(run("documents", "search", "office", "zebra").exit())
        .isEqualTo(Exit.NOT_GOOD_ENOUGH);
    Files.delete(home.resolve("documents/page.html"));
    assertThat(run("documents", "update", "office").out()).contains("1 removed");
    assertThat(run("documents", "remove", "office").out()).contains("removed office");
    assertThat(Files.exists(home.resolve("documents/personal/leave.md"))).isTrue();
    assertThat(run("documents", "list").err()).contains("no indexes");
  }

  @Test
  void anAnswerIsPrintedWithItsQuotes() throws IOException {
    run("documents", "add", "office", documents);
    AtomicReference<String> asked = new AtomicReference<>("");
    try (ScriptedServer server =
        new ScriptedServer(request -> {
          asked.set(request.body());
          String reply =
              "{\\\"quotes\\\":[{\\\"source\\\":1,\\\"quote\\\":\\\"30 days of paid leave\\\"}],"
                  + "\\\"found\\\":true,\\\"answer\\\":\\\"30 days [1], they say [4].\\\"}";
          String choice =
              "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},"
                  + "\"finish_reason\":\"stop\"}";
          return new ScriptedServer.Reply(200, "{\"choices\":[" + choice.formatted(reply) + "]}");
        })) {
      String model = server.url() + "/v1#small";
      Session.Result told = run("documents", "ask", "office", LEAVE, "--model", model);
      assertThat(told.exit()).as(told.err()).isEqualTo(Exit.OK);
      assertThat(told.out())
          .contains(
              "30 days [1], they say.", "[1] personal/leave.md, Leave", "    30 days of paid");
      assertThat(told.err()).contains("cites [4] without a quote");
      assertThat(asked.get()).contains("json_schema", "Employees have 30 days");
      Session.Result json = run("documents", "ask", "office", LEAVE, "--model", model, "--json");
      assertThat(json.out()).contains("\"found\":true", "\"quote\":\"30 days of paid leave\"");
      asked.set("");
      Session.Result off =
          run("documents", "ask", "office", "Who won the chess match?", "--model", model);
      assertThat(off.exit()).isEqualTo(Exit.NOT_GOOD_ENOUGH);
      assertThat(off.out())
          .contains("not found in the documents: no passage fits the question well enough");
      assertThat(asked.get()).isEmpty();
    }
  }

  @Test
  void aModelOfThisMachineMakesVectorsAndAnswersInTheFormThatIsAskedFor() {
    Session.Result added = run("documents", "add", "office", documents, "--embeddings", MODEL);
    assertThat(added.exit()).as(added.err()).isEqualTo(Exit.OK);
    assertThat(run("documents", "list").out()).contains("vectors of " + MODEL);
    Session.Result found = run("documents", "search", "office", "paid leave");
    assertThat(found.out()).contains("cosine ");
    Session.Result told = run("documents", "ask", "office", LEAVE, "--model", "demo");
    assertThat(told.exit()).as(told.out() + told.err()).isEqualTo(Exit.NOT_GOOD_ENOUGH);
    assertThat(told.out()).contains("not found in the documents", "[1] ");
    Session.Result other = run("documents", "update", "office", "--embeddings", "demo");
    assertThat(other.exit()).isEqualTo(Exit.FAILURE);
    assertThat(other.err()).contains("its vectors are of", "update anew");
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThat(run("documents").err()).contains("what to do is missing");
    assertThat(run("documents", "add", "../up", documents).err())
        .contains("is no name of an index", "letters, digits");
    assertThat(run("documents", "add", "x", home.resolve("none").toString()).err())
        .contains("is no folder");
    assertThat(run("documents", "search", "none", "word").err())
        .contains("none: there is no such index", "documents add");
    assertThat(run("documents", "add", "office", documents).exit()).isEqualTo(Exit.OK);
    assertThat(run("documents", "search", "other", "word").err()).contains("There are: office.");
    assertThat(run("documents", "search", "office", "word", "--most", "0").exit())
        .isEqualTo(Exit.USAGE);
    assertThat(run("documents", "ask", "office", "word", "--coverage", "7").exit())
        .isEqualTo(Exit.USAGE);
    assertThat(run("documents", "remove", "office", home.toString()).err())
        .contains("is none of the folders");
  }
}
