package dev.freehold.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.sandbox.ProtectedPaths;
import dev.freehold.chat.Cancellation;
import dev.freehold.tensor.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class FileToolsTest {
  private static final Predicate<String> KEPT = path -> ProtectedPaths.isProtected(Path.of(path));

  @TempDir private Path folder;
  private Path root = Path.of("unset");

  @BeforeEach
  void make() throws IOException {
    root = Files.createDirectories(folder.resolve("files")).toRealPath();
    Files.writeString(folder.resolve("secret"), "secret");
    Files.createDirectories(root.resolve("src"));
    Files.writeString(root.resolve("src/a.txt"), "one\ntwo\ntwo\nthree\n");
    Files.createSymbolicLink(root.resolve("out"), folder.resolve("secret"));
    Files.createSymbolicLink(root.resolve("up"), folder);
    Files.createSymbolicLink(root.resolve("alias.txt"), Path.of("src/a.txt"));
    Files.createSymbolicLink(root.resolve("gone"), Path.of("nowhere"));
  }

  private ToolContext context() {
    return new ToolContext(root, new Cancellation(), "key");
  }

  private static JsonNode json(String text) {
    return StrictJson.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "arguments");
  }

  private String run(AgentTool tool, String arguments) {
    JsonNode parsed = json(arguments);
    tool.effect(parsed, context());
    return tool.run(parsed, context()).text();
  }

  @Test
  void aFileIsReadWithItsLineNumbers() {
    assertThat(run(new ReadTool(), "{'path':'src/a.txt'}"))
        .isEqualTo("1\tone\n2\ttwo\n3\ttwo\n4\tthree\n");
    assertThat(run(new ReadTool(), "{'path':'src/a.txt','from':2,'lines':1}"))
        .isEqualTo("2\ttwo\n[lines 2 to 2 of 4; go on with \"from\": 3]\n");
    assertThat(run(new ReadTool(), "{'path':'.'}")).contains("src/", "alias.txt");
    assertThat(run(new ReadTool(), "{'path':'alias.txt'}")).startsWith("1\tone");
    assertThat(run(new ReadTool(), "{'path':'" + root + "/src/a.txt'}")).startsWith("1\tone");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'path':'../secret'}",
        "{'path':'/etc/passwd'}",
        "{'path':'out'}",
        "{'path':'up/secret'}",
        "{'path':'src/../../secret'}",
        "{'path':'up/files/../secret'}",
        "{'path':'src/\\u0000'}",
        "{'path':''}",
        "{'path':'gone'}",
        "{'path':7}",
        "{}"
      })
  void whatIsOutsideIsNotReached(String arguments) {
    JsonNode parsed = json(arguments);
    assertThatThrownBy(() -> new ReadTool().run(parsed, context()))
        .isInstanceOf(ToolException.class);
    ObjectNode written = parsed.deepCopy().asObject();
    written.put("content", "evil");
    assertThatThrownBy(() -> new WriteTool(KEPT).run(written, context()))
        .isInstanceOf(ToolException.class);
    assertThat(folder.resolve("secret")).hasContent("secret");
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".git/hooks/pre-commit",
        ".git/config",
        ".GIT/config",
        ".envrc",
        "src/.envrc",
        ".vscode/settings.json",
        ".freehold/rules",
        ".bashrc"
      })
  void protectedFilesAreNotWrittenEvenWhereTheyAreNotThere(String path) {
    JsonNode arguments =
        JsonNodeFactory.instance.objectNode().put("path", path).put("content", "evil");
    assertThatThrownBy(() -> new WriteTool(KEPT).effect(arguments, context()))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("protected");
    assertThatThrownBy(() -> new WriteTool(KEPT).run(arguments, context()))
        .isInstanceOf(ToolException.class);
    assertThat(root.resolve(path)).doesNotExist();
  }

  @Test
  void anEditNeedsTheTextExactlyOnce() throws IOException {
    EditTool edit = new EditTool(KEPT);
    assertThat(run(edit, "{'path':'src/a.txt','old':'three','new':'3'}")).contains("line 4");
    assertThat(root.resolve("src/a.txt")).hasContent("one\ntwo\ntwo\n3\n");
    assertThatThrownBy(() -> run(edit, "{'path':'src/a.txt','old':'two','new':'2'}"))
        .hasMessageContaining("more than once");
    assertThat(run(edit, "{'path':'src/a.txt','old':'two','new':'2','all':true}")).isNotEmpty();
    assertThat(root.resolve("src/a.txt")).hasContent("one\n2\n2\n3\n");
    assertThatThrownBy(() -> run(edit, "{'path':'src/a.txt','old':'  one','new':'1'}"))
        .hasMessageContaining("stands at line 1");
    assertThatThrownBy(() -> run(edit, "{'path':'src/a.txt','old':'','new':'1'}"))
        .hasMessageContaining("empty");
    Files.writeString(root.resolve("dos.txt"), "a\r\nb\r\nc\r\n");
    run(edit, "{'path':'dos.txt','old':'a\\nb','new':'x\\ny'}");
    assertThat(Files.readString(root.resolve("dos.txt"))).isEqualTo("x\r\ny\r\nc\r\n");
  }

  @Test
  void whatAnEditWouldDoIsShownAsADifference() {
    Effect effect =
        new EditTool(KEPT).effect(json("{'path':'alias.txt','old':'three','new':'3'}"), context());
    assertThat(effect.reach()).isEqualTo(Effect.Reach.WORKSPACE);
    assertThat(effect.subject()).isEqualTo(Effect.Subject.path("src/a.txt"));
    assertThat(effect.preview()).contains("-three\n+3\n");
  }

  @Test
  void binaryLargeAndOddFilesAreToldNotShown() throws Exception {
    Files.write(root.resolve("b"), new byte[] {1, 0, 2});
    assertThatThrownBy(() -> run(new ReadTool(), "{'path':'b'}")).hasMessageContaining("binary");
    Files.writeString(root.resolve("long"), "x".repeat(100_000) + "\n" + "y\n".repeat(100_000));
    String text = run(new ReadTool(), "{'path':'long','lines':100000}");
    assertThat(text).hasSizeLessThan(45_000).contains("99,400 more characters", "go on with");
    Process pipe = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start();
    assertThat(pipe.waitFor()).isZero();
    assertThatThrownBy(() -> run(new ReadTool(), "{'path':'pipe'}"))
        .hasMessageContaining("no regular file");
  }

  @Test
  void linesAndFilesAreFound() throws IOException {
    Files.createDirectories(root.resolve(".git"));
    Files.writeString(root.resolve(".git/three"), "three");
    assertThat(run(new SearchTool(), "{'pattern':'thr.e'}")).isEqualTo("src/a.txt:4: three");
    assertThat(run(new SearchTool(), "{'pattern':'a(','path':'src'}")).contains("nothing found");
    assertThat(run(new SearchTool(), "{'files':'*.txt'}")).isEqualTo("src/a.txt");
    assertThat(run(new SearchTool(), "{'files':'*.md','pattern':'three'}"))
        .contains("nothing found in 0 files");
    Files.writeString(root.resolve("many"), "hit\n".repeat(1_000));
    assertThat(run(new SearchTool(), "{'pattern':'hit'}")).contains("stopped after 100 matches");
  }

  @Test
  @Timeout(300)
  void aPatternThatBacktracksWithoutEndIsStopped() throws IOException {
    Files.writeString(root.resolve("trap"), "a".repeat(5_000) + "!\n");
    assertThat(run(new SearchTool(), "{'pattern':'(a+)+$'}")).contains("takes too long");
    assertThat(run(new SearchTool(), "{'pattern':'(.|a)*b$'}")).isNotEmpty();
  }

  @Test
  void outputIsShortenedInItsMiddle() {
    String text = "begin\n" + "x".repeat(50) + "\n" + "line\n".repeat(10_000) + "end";
    String kept = Excerpt.of(text, 1_000);
    assertThat(kept).startsWith("begin").endsWith("end").contains("characters and");
    assertThat(kept.length()).isLessThan(1_200);
    assertThat(Excerpt.of("\uD83D\uDE00".repeat(1_000), 999).codePoints())
        .noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }

  @Test
  void globsFitWhatTheySay() {
    record Case(String pattern, String path, boolean fits) {}
    for (Case one :
        new Case[] {
          new Case("**/*.java", "a/b/C.java", true),
          new Case("**/*.java", "C.java", true),
          new Case("*.java", "a/C.java", false),
          new Case("src/**", "src/a/b", true),
          new Case("src/**", "srcs/a", false),
          new Case("src/*/b", "src/a/b", true),
          new Case("src/*/b", "src/a/c/b", false),
          new Case("a?c", "abc", true),
          new Case("a?c", "a/c", false),
          new Case("**", "any/thing", true),
          new Case("a/**/z", "a/z", true),
          new Case("a/**/z", "a/b/c/z", true),
          new Case("a/**/z", "ab/z", false),
          new Case("", "", true),
          new Case("**/x/**/y", "a/x/b/c/y", true)
        }) {
      assertThat(new PathGlob(one.pattern()).matches(one.path()))
          .as("%s", one)
          .isEqualTo(one.fits());
    }
    assertThat(new PathGlob("**/*a".repeat(200)).matches("a/".repeat(2_000))).isFalse();
  }
}
