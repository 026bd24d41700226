package dev.freehold.mcp;

import dev.freehold.agent.tool.AgentTool;
import dev.freehold.mcp.configuration.Secrets;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.pin.PinFile;
import dev.freehold.mcp.pin.ToolReview;
import dev.freehold.mcp.transport.Programs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// The servers of one run, from their start to their end.
public final class McpServers implements AutoCloseable {
  private final List<Server> servers = new ArrayList<>();
  private final List<AgentTool> tools = new ArrayList<>();

  private McpServers() {}

  /// How servers are reached, and who is asked about them.
  ///
  /// @param notices told, in one line each, what a person should know
  public record Parts(
      Secrets secrets,
      Programs programs,
      PinFile pins,
      ToolReview review,
      Consumer<String> notices) {}

  /// Starts the servers that are not disabled, all at once; one that cannot be used is told and
  /// left out.
  public static McpServers open(List<ServerConfiguration> configurations, Parts parts) {
    McpServers all = new McpServers();
    try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Server>> starting =
          configurations.stream()
              .filter(configuration -> !configuration.isDisabled())
              .map(configuration -> starters.submit(() -> new Server(configuration, parts)))
              .toList();
      for (Future<Server> started : starting) {
        try {
          all.servers.add(started.get());
        } catch (ExecutionException failure) {
          if (!(failure.getCause() instanceof McpException known)) {
            throw new IllegalStateException(failure.getCause());
          }
          parts.notices().accept(String.valueOf(known.getMessage()));
        }
      }
      for (Server server : all.servers) {
        all.tools.addAll(server.tools());
      }
      return all;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      all.close();
      throw new McpException("the servers were not started: the program is being stopped", stopped);
    } catch (RuntimeException failure) {
      all.close();
      throw failure;
    }
  }

  /// The tools of all of them that may be used.
  public List<AgentTool> tools() {
    return List.copyOf(tools);
  }

  /// Whether one of them ended by itself.
  public boolean haveEnded() {
    return servers.stream().anyMatch(Server::hasEnded);
  }

  @Override
  public void close() {
    try (ExecutorService enders = Executors.newVirtualThreadPerTaskExecutor()) {
      servers.forEach(server -> enders.submit(server::close));
    }
  }
}
