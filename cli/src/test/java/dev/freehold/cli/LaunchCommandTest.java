package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.cli.Session.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `launch` with clients that write down what they are started with, and a server that answers as
/// Freehold's does.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LaunchCommandTest {
  private static final String KEY = "fh-secret";

  @TempDir private Path home = Path.of("unset");
  private Path bin = Path.of("unset");
  private Path seen = Path.of("unset");
  private final ScriptedServer server;
  private final String url;
  private volatile boolean wantsKey;
  private volatile String models =
      "{\"data\":[{\"id\":\"first\",\"owned_by\":\"freehold\"},"
          + "{\"id\":\"se cond'\",\"owned_by\":\"freehold\"}]}";
  private volatile String tokens = "{\"count\":1,\"max_model_len\":65536,\"tokens\":[1]}";
  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();

  LaunchCommandTest() throws IOException {
    server = new ScriptedServer(this::answer);
    url = server.url();
  }

  @BeforeEach
  void start() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the clients here are POSIX shell scripts");
    bin = Files.createDirectories(home.resolve("bin"));
    seen = home.resolve("seen");
    for (String client : List.of("claude", "codex", "opencode", "goose", "pi")) {
      install(bin, client);
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private void install(Path folder, String client) throws IOException {
    Path file = folder.resolve(client);
    Files.writeString(
        file,
        """
        #!/bin/sh
        exec >'%s'
        for a in "$@"; do
          case $a in end-*) code=${a#end-} ;; kill) kill -TERM $$ ;; esac
          echo "argument [$a]"
        done
        env
        exit ${code:-0}
        """
            .formatted(seen));
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private ScriptedServer.Reply answer(ScriptedServer.Asked asked) {
    requests.add(asked.path() + " " + asked.body());
    if (wantsKey && !asked.authorization().equals("Bearer " + KEY)) {
      return new ScriptedServer.Reply(401, "{\"error\":{\"message\":\"no key\"}}");
    }
    return new ScriptedServer.Reply(200, asked.path().equals("/v1/models") ? models : tokens);
  }

  private Session session() {
    return new Session(home).with("PATH", "relative:" + bin + ":/usr/bin:/bin");
  }

  private Result launch(String... arguments) {
    return launch(session(), arguments);
  }

  private Result launch(Session session, String... arguments) {
    List<String> line = new java.util.ArrayList<>(List.of("launch", "--url", url));
    line.addAll(List.of(arguments));
    return session.run(line.toArray(String[]::new));
  }

  private String seen() throws IOException {
    return "\n" + Files.readString(seen);
  }

  @Test
  void claudeCodeGetsItsEnvironmentAndNothingElse() throws Exception {
    Session session =
        session()
            .with("ANTHROPIC_API_KEY", "of-another-service")
            .with("CLAUDE_CODE_USE_BEDROCK", "1")
            .with("KEPT", "yes");
    Result result = launch(session, "claude", "--", "-p", "two words", "");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(seen())
        .startsWith("\nargument [-p]\nargument [two words]\nargument []\n")
        .contains("\nANTHROPIC_BASE_URL=" + url + "\n")
        .contains("\nANTHROPIC_AUTH_TOKEN=none\n")
        .contains("\nANTHROPIC_MODEL=first\n")
        .contains("\nANTHROPIC_DEFAULT_HAIKU_MODEL=first\n")
        .contains("\nCLAUDE_CODE_SUBAGENT_MODEL=first\n")
        .contains("\nCLAUDE_CODE_MAX_CONTEXT_TOKENS=65536\n")
        .contains("\nCLAUDE_CODE_MAX_OUTPUT_TOKENS=16384\n")
        .contains("\nCLAUDE_CODE_ATTRIBUTION_HEADER=0\n")
        .contains("\nKEPT=yes\n")
        .doesNotContain("of-another-service")
        .doesNotContain("CLAUDE_CODE_USE_BEDROCK");
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isEqualTo("Claude Code with first of " + url + "\n");
    assertThat(requests)
        .containsExactly("/v1/models ", "/tokenize {\"model\":\"first\",\"prompt\":\"a\"}");
  }

  @Test
  void codexGetsAProviderOnItsCommandLineAndTheKeyInItsEnvironment() throws Exception {
    wantsKey = true;
    Session session = session().with("FREEHOLD_API_KEY", KEY);
    Result result = launch(session, "codex", "--model", "se cond'", "exec", "hi");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(seen())
        .contains("argument [-c]\nargument [model=\"se cond'\"]\n")
        .contains("argument [model_provider=\"freehold\"]\n")
        .contains("argument [model_providers.freehold.base_url=\"" + url + "/v1\"]\n")
        .contains("argument [model_providers.freehold.wire_api=\"responses\"]\n")
        .contains("argument [model_providers.freehold.env_key=\"FREEHOLD_API_KEY\"]\n")
        .contains("argument [model_context_window=65536]\n")
        .contains("argument [exec]\nargument [hi]\n")
        .contains("\nFREEHOLD_API_KEY=" + KEY + "\n");
    assertThat(seen().lines().filter(line -> line.contains(KEY))).hasSize(1);
    assertThat(result.out() + result.err()).doesNotContain(KEY);
  }

  @Test
  void openCodeGetsAProviderInItsEnvironment() throws Exception {
    wantsKey = true;
    Path file = home.resolve("key file");
    Files.writeString(file, KEY + "\n");
    Result result = launch("opencode", "--key-file", file.toString());
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    String line =
        seen()
            .lines()
            .filter(one -> one.startsWith("OPENCODE_CONFIG_CONTENT="))
            .findFirst()
            .orElseThrow();
    JsonNode config = JsonMapper.shared().readTree(line.substring(line.indexOf('=') + 1));
    assertThat(config.path("model").asString()).isEqualTo("freehold/first");
    JsonNode provider = config.at("/provider/freehold");
    assertThat(provider.at("/npm").asString()).isEqualTo("@ai-sdk/openai-compatible");
    assertThat(provider.at("/options/baseURL").asString()).isEqualTo(url + "/v1");
    assertThat(provider.at("/options/apiKey").asString()).isEqualTo("{env:FREEHOLD_API_KEY}");
    assertThat(provider.at("/models/first/limit/context").asInt()).isEqualTo(65536);
    assertThat(seen()).contains("\nFREEHOLD_API_KEY=" + KEY + "\n");
  }

  @Test
  void gooseGetsAnOpenAiHost() throws Exception {
    Session session = session().with("OPENAI_BASE_URL", "https://elsewhere.example");
    Result result = launch(session, "goose", "session");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(seen())
        .startsWith("\nargument [session]\n")
        .contains("\nGOOSE_PROVIDER=openai\n")
        .contains("\nGOOSE_MODEL=first\n")
        .contains("\nOPENAI_HOST=" + url + "\n")
        .contains("\nGOOSE_CONTEXT_LIMIT=65536\n")
        .doesNotContain("elsewhere");
  }

  @Test
  void piGetsAnExtensionOfFreeholdsOwn() throws Exception {
    Result result = launch("pi");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    Path extension = home.resolve(".cache/freehold/launch/pi-provider.js");
    assertThat(seen())
        .startsWith("\nargument [-e]\nargument [" + extension + "]\nargument [--provider]\n")
        .contains("\nFREEHOLD_PI_PROVIDER={\"baseUrl\":\"" + url + "/v1\"");
    assertThat(extension).content().contains("registerProvider(\"freehold\"");
    assertThat(home.resolve(".pi")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 42, 255})
  void theExitCodeIsTheClients(int code) {
    assertThat(launch("claude", "end-" + code).exit().code()).isEqualTo(code);
  }

  @Test
  void aClientEndedByASignalIsToldAsShellsTellIt() {
    assertThat(launch("claude", "kill").exit().code()).isEqualTo(128 + 15);
  }

  @Test
  void aClientThatIsNotOnThePathIsFoundWhereItsInstallerPutsIt() throws Exception {
    Files.delete(bin.resolve("opencode"));
    install(Files.createDirectories(home.resolve(".opencode/bin")), "opencode");
    assertThat(launch("opencode").exit()).isEqualTo(Exit.OK);
    Files.delete(bin.resolve("codex"));
    Files.createDirectories(bin.resolve("codex"));
    Result missing = launch("codex");
    assertThat(missing.exit()).isEqualTo(Exit.FAILURE);
    assertThat(missing.err())
        .contains("Codex is not installed")
        .contains("Get it: npm install -g @openai/codex");
  }

  @Test
  void withoutAClientItListsThem() throws Exception {
    Files.delete(bin.resolve("pi"));
    Result result = new Session(home).with("PATH", bin.toString()).run("launch");
    assertThat(result.exit()).isEqualTo(Exit.OK);
    assertThat(result.out())
        .contains("claude    Claude Code, " + bin.resolve("claude") + "\n")
        .contains("pi        pi, not installed (npm install -g ")
        .contains("goose")
        .contains("gets variables ANTHROPIC_BASE_URL");
    assertThat(requests).isEmpty();
  }

  @Test
  void whatIsPrintedStartsTheSameAndHoldsNoKey() throws Exception {
    wantsKey = true;
    Session session = session().with("FREEHOLD_API_KEY", KEY);
    Result result = launch(session, "claude", "--print", "--model", "se cond'", "two words");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(result.out())
        .startsWith("unset ANTHROPIC_API_KEY ")
        .contains("\nexport ANTHROPIC_AUTH_TOKEN=\"$FREEHOLD_API_KEY\"\n")
        .endsWith("\nclaude 'two words'\n")
        .doesNotContain(KEY);
    assertThat(seen).doesNotExist();
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", "PATH=" + bin + ":$PATH\n" + result.out()).start();
    shell.getOutputStream().close();
    assertThat(shell.waitFor()).isZero();
    assertThat(seen()).contains("argument [two words]").contains("\nANTHROPIC_MODEL=se cond'\n");
  }

  @Test
  void aSmallContextIsWarnedOf() {
    tokens = "{\"max_model_len\":2048}";
    Result result = launch("claude", "--print");
    assertThat(result.err()).contains("2048 tokens of context").contains("--context 32768");
    assertThat(result.out()).contains("CLAUDE_CODE_MAX_OUTPUT_TOKENS=512\n");
  }

  @Test
  void aProxyIsToldToLeaveTheServerAlone() throws Exception {
    Session session = session().with("HTTPS_PROXY", "http://p:1").with("NO_PROXY", "a.example");
    assertThat(launch(session, "claude").exit()).isEqualTo(Exit.OK);
    assertThat(seen())
        .contains("\nNO_PROXY=a.example,127.0.0.1\n")
        .contains("\nno_proxy=127.0.0.1\n");
  }

  @Test
  void whatIsNoFreeholdServerIsSaid() throws Exception {
    models = "{\"data\":[{\"id\":\"x\",\"owned_by\":\"someone\"}]}";
    assertThat(launch("claude").err()).contains("no Freehold server").contains("--url");
    models = "<html>";
    assertThat(launch("claude").err()).contains("no Freehold server");
    models = "{\"data\":[]}";
    assertThat(launch("claude").err()).contains("no Freehold server");
    server.close();
    Result silent = launch("claude");
    assertThat(silent.exit()).isEqualTo(Exit.FAILURE);
    assertThat(silent.err())
        .contains("no server answers at " + url)
        .contains("freehold serve MODEL --context 32768");
    assertThat(seen).doesNotExist();
  }

  @Test
  void aMissingKeyOrModelIsSaid() {
    wantsKey = true;
    assertThat(launch("claude").err()).contains("wants another key").contains("FREEHOLD_API_KEY");
    assertThat(launch(session().with("FREEHOLD_API_KEY", "a\nb"), "claude").err())
        .contains("expected a key on one line")
        .doesNotContain("a\nb");
    wantsKey = false;
    assertThat(launch("claude", "--model", "third").err())
        .contains("no model \"third\"")
        .contains("It has: first, se cond'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          launch cursor                             | 2 | it knows claude, codex
          launch claude --print --write             | 2 | exclude each other
          launch claude --url ftp://x               | 2 | --url: expected
          launch claude --url http://u:p@x          | 2 | --url: expected
          launch claude --url http://x/other        | 2 | --url: expected
          launch claude --url x                     | 2 | --url: expected
          launch claude --key-file /none            | 1 | /none
          """)
  void wrongOptionsAreTwoLines(String line, int code, String message) {
    Result result = session().run(line.strip().split(" +"));
    assertThat(result.exit().code()).as(result.err()).isEqualTo(code);
    assertThat(result.err()).contains(message.strip());
    assertThat(result.err().lines()).hasSizeBetween(1, 2);
  }

  @Test
  void writingAddsOneMemberAndKeepsAllElse() throws Exception {
    Path real = Files.createDirectories(home.resolve("dotfiles")).resolve("opencode.json");
    String before =
        "{\"theme\":\"dark\",\"provider\":{\"mine\":{\"a\":[1.5,null]}},\"z\":\"\\u00e4\"}";
    Files.writeString(real, before);
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
    Path file = home.resolve(".config/opencode/opencode.json");
    Files.createDirectories(file.getParent());
    Files.createSymbolicLink(file, real);
    Result result = launch("opencode", "--write");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    JsonNode after = JsonMapper.shared().readTree(Files.readString(file));
    assertThat(after.propertyNames()).containsExactly("theme", "provider", "z");
    assertThat(after.at("/provider/mine/a").toString()).isEqualTo("[1.5,null]");
    assertThat(after.at("/z").asString()).isEqualTo("\u00e4");
    assertThat(after.at("/provider/freehold/options/baseURL").asString()).isEqualTo(url + "/v1");
    assertThat(Files.isSymbolicLink(file)).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
        .isEqualTo("rw-r-----");
    assertThat(result.out())
        .contains("provider.freehold is now {")
        .contains("use it with: opencode --model freehold/first");
    Path backup = real.resolveSibling("opencode.json.before-20260102-030405");
    assertThat(backup).hasContent(before);
    assertThat(launch("opencode", "--write").out()).contains("as it should be already");
    try (var files = Files.list(real.getParent())) {
      assertThat(files).containsExactlyInAnyOrder(real, backup);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,}",
        "// mine\n{}",
        "{\"provider\":[]}",
        "[]",
        "{\"a\":1,\"a\":2}",
        "{} {}",
        "{"
      })
  void settingsThatCannotBeUnderstoodAreLeftAlone(String before) throws Exception {
    Path file = home.resolve(".config/opencode/opencode.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, before);
    Result result = launch("opencode", "--write");
    assertThat(result.exit()).isEqualTo(Exit.FAILURE);
    assertThat(result.err())
        .contains(file.toString())
        .contains("nothing was changed")
        .contains("Put this into it yourself as provider.freehold: {");
    assertThat(file).hasContent(before);
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void codexAndPiGetFilesOfTheirOwn() throws Exception {
    Session session = session().with("CODEX_HOME", home.resolve("c").toString());
    Result codex = launch(session, "codex", "--write");
    assertThat(codex.exit()).as(codex.err()).isEqualTo(Exit.OK);
    assertThat(home.resolve("c/freehold.config.toml"))
        .content()
        .contains("model = \"first\"\n")
        .contains("[model_providers.freehold]\nname = \"Freehold\"\n")
        .doesNotContain("env_key");
    assertThat(codex.out()).contains("codex --profile freehold");
    assertThat(launch("pi", "--write").exit()).isEqualTo(Exit.OK);
    JsonNode pi = JsonMapper.shared().readTree(home.resolve(".pi/agent/models.json"));
    assertThat(pi.at("/providers/freehold/models/0/id").asString()).isEqualTo("first");
    Result claude = launch("claude", "--write");
    assertThat(claude.exit()).isEqualTo(Exit.FAILURE);
    assertThat(claude.err()).contains("Claude Code needs no file");
  }
}
