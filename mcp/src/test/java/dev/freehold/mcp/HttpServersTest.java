package dev.freehold.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.configuration.ServerConfiguration.Way;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Servers that are asked by HTTP: one as it should be, and hostile ones.
@Timeout(300)
class HttpServersTest {
  private static final String INITIALIZED =
      "{'jsonrpc':'2.0','id':%s,'result':{'protocolVersion':'2025-11-25','capabilities':"
          + "{'tools':{}},'serverInfo':{'name':'h','version':'1'}}}";
  private static final String LISTED =
      "{'jsonrpc':'2.0','id':%s,'result':{'tools':[{'name':'add','description':'Adds.',"
          + "'inputSchema':{'type':'object'}}]}}";
  private static final String CALLED =
      "{'jsonrpc':'2.0','id':%s,'result':{'content':[{'type':'text','text':'42'}]}}";

  @TempDir private Path folder = Path.of("unset");

  private static ServerConfiguration at(URI url) {
    return Reached.configuration(
        "far", new Way.Address(url, Map.of("Authorization", "Bearer ${TOKEN}")));
  }

  /// Answers as it should, but for what `call` says to a call.
  private static Function<SmallHttpServer.Request, String> polite(Function<String, String> call) {
    return request -> {
      if (!request.isPost()) {
        return SmallHttpServer.answer("405 Method Not Allowed", "", "");
      }
      var message = Reached.json(request.body());
      String id = message.path("id").toString();
      return switch (message.path("method").asString("")) {
        case "initialize" -> SmallHttpServer.json(INITIALIZED.formatted(id));
        case "tools/list" -> SmallHttpServer.json(LISTED.formatted(id));
        case "tools/call" -> call.apply(id);
        default -> SmallHttpServer.answer("202 Accepted", "", "");
      };
    };
  }

  @Test
  void aServerIsAskedWithItsHeadersAndPath() throws IOException {
    try (SmallHttpServer server =
            new SmallHttpServer(polite(id -> SmallHttpServer.json(CALLED.formatted(id))));
        Reached reached = Reached.open(folder, at(server.url()))) {
      assertThat(reached.notices).isEmpty();
      assertThat(reached.call("far__add", "{}")).isEqualTo(ToolOutcome.of("42"));
      assertThat(server.requests)
          .allSatisfy(request -> {
            assertThat(request.line()).contains(" /mcp?of=test ");
            assertThat(request.head()).contains("authorization: bearer s3cret");
          });
    }
  }

  @Test
  void answersCanComeAsAStream() throws IOException {
    Function<String, String> streams =
        id ->
            SmallHttpServer.answer(
                "200 OK",
                "Content-Type: text/event-stream\r\n",
                "event: message\ndata: " + CALLED.formatted(id).replace('\'', '"') + "\n\n");
    try (SmallHttpServer server = new SmallHttpServer(polite(streams));
        Reached reached = Reached.open(folder, at(server.url()))) {
      assertThat(reached.call("far__add", "{}").text()).isEqualTo("42");
    }
  }

  @Test
  void aRedirectIsNotFollowedAndNoSecretLeaves() throws IOException {
    try (SmallHttpServer other = new SmallHttpServer(request -> SmallHttpServer.json("{}"));
        SmallHttpServer server =
            new SmallHttpServer(request ->
                SmallHttpServer.answer(
                    "307 Temporary Redirect", "Location: " + other.url() + "\r\n", ""));
        Reached reached = Reached.open(folder, at(server.url()))) {
      assertThat(reached.names()).isEmpty();
      assertThat(reached.notices.getFirst()).contains("redirect", "not followed");
      assertThat(other.requests).isEmpty();
      assertThat(String.join("", reached.notices)).doesNotContain("s3cret");
    }
  }

  @Test
  void anAddressToGetATokenFromIsNotAsked() throws IOException {
    try (SmallHttpServer internal = new SmallHttpServer(request -> SmallHttpServer.json("{}"))) {
      for (String address :
          new String[] {
            internal.url().toString(),
            "file:///etc/passwd",
            "https://x/$(touch${IFS}here)",
            "http://169.254.169.254/latest/meta-data"
          }) {
        String challenge =
            "WWW-Authenticate: Bearer resource_metadata=\"%s\"\r\n".formatted(address);
        try (SmallHttpServer server =
                new SmallHttpServer(
                    request -> SmallHttpServer.answer("401 Unauthorized", challenge, ""));
            Reached reached = Reached.open(folder, at(server.url()))) {
          assertThat(reached.names()).isEmpty();
          assertThat(reached.notices.getFirst())
              .contains("other credentials (HTTP 401)")
              .contains("addresses that it names to get one from are not followed")
              .doesNotContain(address);
          assertThat(server.requests.size()).isLessThan(4);
        }
      }
      assertThat(internal.requests).isEmpty();
    }
  }

  @Test
  void anAnswerBeyondItsBoundIsRefused() throws IOException {
    Function<String, String> large =
        id -> SmallHttpServer.json(CALLED.formatted(id).replace("42", "4".repeat(9 << 20)));
    try (SmallHttpServer server = new SmallHttpServer(polite(large));
        Reached reached = Reached.open(folder, at(server.url()))) {
      ToolOutcome outcome = reached.call("far__add", "{}");
      assertThat(outcome.isError()).isTrue();
      assertThat(outcome.text()).contains("not known whether it was done").hasSizeLessThan(3_000);
    }
  }

  @Test
  void whereNothingAnswersThatIsSaid() {
    try (Reached reached = Reached.open(folder, at(URI.create("http://127.0.0.1:1/mcp")))) {
      assertThat(reached.notices.getFirst()).contains("nothing answers at its address");
    }
  }

  @Test
  void aSecretThatIsNotThereIsNamed() {
    Way way = new Way.Address(URI.create("http://127.0.0.1:1/"), Map.of("X-Key", "${ABSENT}"));
    try (Reached reached = Reached.open(folder, Reached.configuration("far", way))) {
      assertThat(reached.notices.getFirst()).contains("X-Key: the variable ABSENT is not set");
    }
  }
}
