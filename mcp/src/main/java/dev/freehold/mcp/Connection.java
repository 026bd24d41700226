package dev.freehold.mcp;

import dev.freehold.chat.Cancellation;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.configuration.ServerConfiguration.Way;
import dev.freehold.mcp.tool.Definitions;
import dev.freehold.mcp.tool.Offer;
import dev.freehold.mcp.transport.GuardedTransport;
import dev.freehold.mcp.transport.HttpTransports;
import dev.freehold.mcp.transport.MessageJson;
import dev.freehold.mcp.transport.ProgramTransport;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// One connection to a server, from its start to its end.
final class Connection implements AutoCloseable {
  /// A program may have to be fetched before it runs.
  static final Duration TO_START = Duration.ofSeconds(90);

  private static final int MOST_PAGES = 32;
  private static final int TICK_MILLIS = 50;

  private final ServerConfiguration configuration;
  private final GuardedTransport transport;
  private final McpAsyncClient client;
  private volatile @Nullable String ended;
  private volatile boolean haveToolsChanged;

  private Connection(ServerConfiguration configuration, McpServers.Parts parts) {
    this.configuration = configuration;
    McpJsonMapper json = MessageJson.mapper();
    Duration longest =
        configuration.timeout().compareTo(TO_START) > 0 ? configuration.timeout() : TO_START;
    McpClientTransport inner =
        switch (configuration.way()) {
          case Way.Program program ->
              new ProgramTransport(
                  parts.programs().start(configuration.name(), program), json, this::end);
          case Way.Address address ->
              HttpTransports.of(
                  address.url(),
                  parts
                      .secrets()
                      .fill(address.headers(), "server \"" + configuration.name() + "\": headers"),
                  longest,
                  json);
        };
    transport = new GuardedTransport(inner, () -> haveToolsChanged = true);
    client =
        McpClient.async(transport)
            .requestTimeout(longest)
            .initializationTimeout(longest)
            .clientInfo(new McpSchema.Implementation("freehold", "0.1.0"))
            .jsonSchemaValidator((schema, content) -> {
              throw new IllegalStateException("nothing is validated here");
            })
            .build();
  }

  /// @throws McpException where the server cannot be started or does not speak the protocol
  static Connection open(ServerConfiguration configuration, McpServers.Parts parts) {
    Connection connection = new Connection(configuration, parts);
    try {
      connection.await(connection.client.initialize(), TO_START, new Cancellation());
      return connection;
    } catch (CallFailure failure) {
      connection.close();
      throw new McpException(
          "server \"%s\" cannot be used: %s".formatted(configuration.name(), failure.getMessage()),
          failure);
    }
  }

  private void end(String why) {
    ended = why;
    client.close();
  }

  /// Why the server ended; empty while it runs.
  Optional<String> ended() {
    return Optional.ofNullable(ended);
  }

  /// Whether the server said so since the last [#offer].
  boolean haveToolsChanged() {
    return haveToolsChanged;
  }

  /// What the server offers now.
  ///
  /// @throws McpException where it does not say
  Offer offer() {
    haveToolsChanged = false;
    List<McpSchema.Tool> listed = new ArrayList<>();
    String cursor = null;
    try {
      for (int page = 0; page < MOST_PAGES && listed.size() <= Definitions.MOST_TOOLS; page++) {
        Mono<McpSchema.ListToolsResult> asked =
            cursor == null ? client.listTools(McpSchema.FIRST_PAGE) : client.listTools(cursor);
        McpSchema.ListToolsResult told = await(asked, TO_START, new Cancellation());
        listed.addAll(told.tools());
        cursor = told.nextCursor();
        if (cursor == null || cursor.isEmpty()) {
          break;
        }
      }
      return Definitions.check(configuration.name(), listed);
    } catch (CallFailure failure) {
      throw new McpException(
          "server \"%s\" does not list its tools: %s"
              .formatted(configuration.name(), failure.getMessage()),
          failure);
    }
  }

  /// Calls a tool and waits for the result, the time limit or the person.
  McpSchema.CallToolResult call(
      String tool, Map<String, Object> arguments, Cancellation cancellation) throws CallFailure {
    McpSchema.CallToolRequest call = new McpSchema.CallToolRequest(tool, arguments);
    try {
      return await(client.callTool(call), configuration.timeout(), cancellation);
    } catch (CallFailure failure) {
      if (failure.kind() == CallFailure.Kind.CANCELLED
          || failure.kind() == CallFailure.Kind.TIMED_OUT) {
        transport.cancel(call);
      }
      throw failure;
    } finally {
      transport.forget(call);
    }
  }

  private <T> T await(Mono<T> asked, Duration limit, Cancellation cancellation) throws CallFailure {
    long end = System.nanoTime() + limit.toNanos();
    CompletableFuture<@Nullable T> answer = asked.toFuture();
    while (true) {
      try {
        T result = answer.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
        if (result == null) {
          throw new CallFailure(CallFailure.Kind.BROKEN, "the answer is empty");
        }
        return result;
      } catch (TimeoutException notYet) {
        if (cancellation.isCancelled()) {
          answer.cancel(true);
          throw new CallFailure(CallFailure.Kind.CANCELLED, "the person stopped it");
        }
        if (System.nanoTime() - end > 0) {
          answer.cancel(true);
          throw new CallFailure(
              CallFailure.Kind.TIMED_OUT,
              "no answer within %d s, its time limit".formatted(limit.toSeconds()));
        }
      } catch (ExecutionException failure) {
        throw CallFailure.of(failure, ended);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        answer.cancel(true);
        throw new CallFailure(CallFailure.Kind.CANCELLED, "the program is being stopped");
      }
    }
  }

  @Override
  public void close() {
    client.close();
    transport.close();
  }
}
