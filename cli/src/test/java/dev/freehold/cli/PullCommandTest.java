package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
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
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `freehold pull` against a small hub on this machine: what it prints, keeps and forbids.
class PullCommandTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String TOKEN = "hf_verySecretToken";
  private static final String NAME = "hf.co/org/seedling-GGUF";

  @TempDir private Path home = Path.of("unset");
  private final byte[] model = DemoFiles.carried().model();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile String identity = "64f0000000000000000000aa";
  private ServerSocket socket;

  @BeforeEach
  void serve() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          while (!socket.isClosed()) {
            try {
              Socket client = socket.accept();
              Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException closed) {
              return;
            }
          }
        });
  }

  @AfterEach
  void stop() throws IOException {
    socket.close();
  }

  /// One request per connection; ranges are ignored, as simple mirrors do.
  private void answer(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      StringBuilder request = new StringBuilder();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        request.append(line).append('\n');
      }
      if (request.isEmpty()) {
        return;
      }
      asked.add(request.toString());
      boolean isList = request.toString().contains("/api/models/org/seedling-GGUF/revision/main");
      boolean isFile = request.toString().contains("/resolve/" + COMMIT + "/seedling-F32.gguf");
      byte[] body =
          isList ? listing().getBytes(StandardCharsets.UTF_8) : isFile ? model : new byte[0];
      OutputStream out = client.getOutputStream();
      out.write(
          "HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
              .formatted(isList || isFile ? 200 : 404, body.length)
              .getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      out.flush();
    } catch (IOException gone) {
      // the client has what it wanted
    }
  }

  private String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(model));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String listing() {
    return """
    {"_id": "%s", "sha": "%s", "siblings": [{"rfilename": "seedling-F32.gguf", "size": %d,
    "lfs": {"sha256": "%s", "size": %d}}]}\
    """
        .formatted(identity, COMMIT, model.length, sha256(), model.length);
  }

  private Session session() {
    return new Session(home)
        .with("HF_ENDPOINT", "http://127.0.0.1:" + socket.getLocalPort())
        .with("HF_TOKEN", TOKEN);
  }

  @Test
  void aPulledModelIsFoundByItsNameAndRuns() {
    Result pulled = session().run("pull", NAME);
    assertThat(pulled.err()).contains("fetched and verified").doesNotContain(TOKEN);
    assertThat(pulled.exit()).isEqualTo(Exit.OK);
    assertThat(pulled.out().strip()).isEqualTo(NAME + ":F32");
    assertThat(asked).isNotEmpty().allMatch(r -> r.contains("Bearer " + TOKEN));
    assertThat(session().run("list").out()).contains("org/seedling-GGUF:F32");
    Result shown = session().run("show", NAME + ":F32");
    assertThat(shown.exit()).isEqualTo(Exit.OK);
    Result ids = session().run("tokenize", NAME, "Hello");
    assertThat(ids.exit()).isEqualTo(Exit.OK);
    assertThat(ids.out()).isNotBlank();
  }

  @Test
  void aRepositoryThatWasMadeAnewUnderItsNameIsWarnedOf() {
    assertThat(session().run("pull", NAME, "--keep").err()).doesNotContain("warning");
    assertThat(session().run("pull", NAME, "--keep").err()).doesNotContain("warning");
    identity = "64f0000000000000000000bb";
    assertThat(session().run("pull", NAME, "--keep").err())
        .contains("warning: hf.co/org/seedling-GGUF is another repository", "somebody else");
  }

  @Test
  void aDryRunListsAndFetchesNothing() {
    Result listed = session().run("pull", NAME, "--dry-run");
    assertThat(listed.exit()).isEqualTo(Exit.OK);
    assertThat(listed.out()).contains("seedling-F32.gguf", Sizes.bytes(model.length) + " to fetch");
    assertThat(home.resolve(".cache")).doesNotExist();
    String json = session().run("pull", NAME, "--dry-run", "--json").out();
    assertThat(json)
        .contains("\"revision\":\"" + COMMIT + "\"", "\"digest\":\"sha256:" + sha256() + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--offline", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"})
  void offlineNothingIsAsked(String how) {
    Session offline = how.startsWith("--") ? session() : session().with(how, "1");
    String[] arguments =
        how.startsWith("--") ? new String[] {"pull", NAME, how} : new String[] {"pull", NAME};
    Result missing = offline.run(arguments);
    assertThat(missing.exit()).isEqualTo(Exit.FAILURE);
    assertThat(missing.err()).contains("no model", "the network may not be used");
    assertThat(asked).isEmpty();
    session().run("pull", NAME);
    int before = asked.size();
    Result here = offline.run(arguments);
    assertThat(here.exit()).isEqualTo(Exit.OK);
    assertThat(here.out().strip()).isEqualTo("org/seedling-GGUF:F32");
    assertThat(asked).hasSize(before);
  }

  @Test
  void theTokenMayLieInAFile() throws IOException {
    Path file = Files.writeString(home.resolve("secret"), TOKEN + "\n");
    Session session =
        new Session(home)
            .with("HF_ENDPOINT", "http://127.0.0.1:" + socket.getLocalPort())
            .with("HF_TOKEN_PATH", file.toString());
    session.run("pull", NAME, "--dry-run");
    assertThat(asked).hasSize(1).allMatch(r -> r.contains("Bearer " + TOKEN));
    asked.clear();
    session.with("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").run("pull", NAME, "--dry-run");
    assertThat(asked)
        .hasSize(1)
        .noneMatch(r -> r.toLowerCase(Locale.ROOT).contains("authorization"));
  }

  @Test
  void settingsThatCannotBeUsedAreSaidWithoutTheToken() {
    for (String endpoint : List.of("http://mirror.example", "ftp://x.example", ":", "nothing")) {
      Result result = session().with("HF_ENDPOINT", endpoint).run("pull", NAME);
      assertThat(result.exit()).isEqualTo(Exit.FAILURE);
      assertThat(result.err().lines()).hasSizeBetween(1, 2);
      assertThat(result.err()).doesNotContain(TOKEN);
    }
    Result token = session().with("HF_TOKEN", TOKEN + "\u0001x").run("pull", NAME, "--stacktrace");
    assertThat(token.err()).contains("holds characters that no token has").doesNotContain(TOKEN);
    assertThat(session().with("https_proxy", "socks5://x:1").run("pull", NAME).err())
        .contains("only HTTP proxies");
    assertThat(asked).isEmpty();
  }

  @Test
  void namesThatCouldMeanTwoModelsAreRefusedWithBoth() {
    Result result = session().run("pull", "org/seedling-GGUF");
    assertThat(result.exit()).isEqualTo(Exit.FAILURE);
    assertThat(result.err())
        .contains("hf.co/org/seedling-GGUF for Hugging Face", "ollama.com/org/seedling-GGUF");
    assertThat(session().run("pull", "qwen3:4b", "--revision", "v1").exit()).isEqualTo(Exit.USAGE);
    assertThat(session().run("pull", NAME, "--sha256", "ab").exit()).isEqualTo(Exit.USAGE);
    assertThat(asked).isEmpty();
  }

  @Test
  void aModelThatIsNotHereSaysHowToPullIt() {
    assertThat(session().run("run", NAME, "Hello").err()).contains("freehold pull " + NAME);
    assertThat(session().run("run", "org/x", "Hello").err()).contains("freehold pull hf.co/org/x");
    assertThat(asked).as("nothing is fetched without being asked for").isEmpty();
  }

  @Test
  void whatTheHubDoesNotHaveIsSaid() {
    Result result = session().run("pull", "hf.co/org/nothing");
    assertThat(result.exit()).isEqualTo(Exit.FAILURE);
    assertThat(result.err()).contains("/api/models/org/nothing/revision/main", "check the name");
  }

  @Test
  void whatIsFetchedCanBeKeptWithItsEvidence() {
    Session session =
        new Session(home).with("HF_ENDPOINT", "http://localhost:" + socket.getLocalPort());
    Result kept = session.run("pull", NAME, "--keep", "--name", "org/kept:v1");
    assertThat(kept.err()).contains("kept; golden test: recorded");
    assertThat(kept.out()).isEqualTo("org/kept:v1" + System.lineSeparator());
    assertThat(
            session.run("vault", "show", "org/kept:v1", "--file", ".freehold/evidence.json").out())
        .contains("/org/seedling-GGUF/resolve/" + COMMIT, "\"revision\":\"" + COMMIT + "\"")
        .contains("fetched; has the digest that the server states");
    assertThat(session.run("verify", "org/kept:v1", "--read-data", "--golden").exit())
        .isEqualTo(Exit.OK);
  }
}
