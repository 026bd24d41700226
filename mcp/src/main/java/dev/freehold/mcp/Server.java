package dev.freehold.mcp;

import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.chat.Cancellation;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.pin.Pin;
import dev.freehold.mcp.pin.PinFile;
import dev.freehold.mcp.pin.ToolChange;
import dev.freehold.mcp.tool.Offer;
import dev.freehold.mcp.tool.OfferedTool;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// A server of a run: connected, its tools looked at, started once more where it ends by itself.
final class Server implements AutoCloseable {
  private final ServerConfiguration configuration;
  private final McpServers.Parts parts;
  private final Consumer<String> notices;
  private Connection connection;
  private Offer offer;
  private boolean wasRestarted;

  /// What leave was given for, by the server's names.
  private final Map<String, OfferedTool> leave = new TreeMap<>();

  /// @throws McpException where it cannot be reached or does not list its tools
  Server(ServerConfiguration configuration, McpServers.Parts parts) {
    this.configuration = configuration;
    this.parts = parts;
    this.notices = parts.notices();
    connection = Connection.open(configuration, parts);
    try {
      offer = connection.offer();
    } catch (McpException failure) {
      connection.close();
      throw failure;
    }
  }

  /// The tools that may be used: those that are pinned as they are, and those that are accepted
  /// now, which are pinned.
  List<AgentTool> tools() {
    PinFile pins = parts.pins();
    offer.refused().forEach(notices);
    List<OfferedTool> wanted = wanted();
    Map<String, Pin> pinned = pins.of(configuration.name());
    List<OfferedTool> usable = new ArrayList<>();
    List<ToolChange> changes = new ArrayList<>();
    for (OfferedTool tool : wanted) {
      Optional<Pin> before = Optional.ofNullable(pinned.get(tool.name()));
      if (before.isPresent() && before.get().digest().equals(tool.digest())) {
        usable.add(tool);
      } else {
        changes.add(new ToolChange(tool, before));
      }
    }
    if (!changes.isEmpty()) {
      Set<String> accepted = parts.review().accepted(configuration.name(), changes);
      List<OfferedTool> added =
          changes.stream()
              .map(ToolChange::now)
              .filter(tool -> accepted.contains(tool.name()))
              .toList();
      if (!added.isEmpty()) {
        pins.put(configuration.name(), added);
      }
      usable.addAll(added);
      tellLeftOut(changes, accepted);
    }
    usable.forEach(tool -> leave.put(tool.name(), tool));
    return usable.stream()
        .filter(tool -> isForModels(tool.name()))
        .<AgentTool>map(tool -> new ServerTool(this, tool))
        .toList();
  }

  private boolean isForModels(String tool) {
    return configuration.tools().isEmpty() || configuration.tools().contains(tool);
  }

  /// What the configuration names: for models, and to take their calls back.
  private List<OfferedTool> wanted() {
    Set<String> missing = new TreeSet<>(configuration.tools());
    configuration.undo().values().forEach(call -> missing.add(call.tool()));
    Set<String> named = Set.copyOf(missing);
    offer.tools().forEach(tool -> missing.remove(tool.name()));
    if (!missing.isEmpty()) {
      notices.accept(
          "server \"%s\" has no tool %s, which its configuration names"
              .formatted(configuration.name(), String.join(", ", missing)));
    }
    return offer.tools().stream()
        .filter(tool -> isForModels(tool.name()) || named.contains(tool.name()))
        .toList();
  }

  private void tellLeftOut(List<ToolChange> changes, Set<String> accepted) {
    List<String> left =
        changes.stream()
            .map(change -> change.now().name())
            .filter(name -> !accepted.contains(name))
            .toList();
    if (!left.isEmpty()) {
      notices.accept(
          ("server \"%s\": nobody gave leave to use %s as it is now; left out"
                  + " (freehold agent mcp check %s)")
              .formatted(
                  configuration.name(),
                  left.size() == 1 ? left.getFirst() : left.size() + " tools",
                  configuration.name()));
    }
  }

  /// Whether it is not there any more, and a call would find that.
  synchronized boolean hasEnded() {
    return connection.ended().isPresent();
  }

  ServerConfiguration configuration() {
    return configuration;
  }

  /// A tool that the person gave leave to use, by the server's name for it.
  Optional<OfferedTool> usable(String tool) {
    return Optional.ofNullable(leave.get(tool));
  }

  /// Calls a tool, if it still is what it was.
  ///
  /// @throws ToolException where it is not, or the server has ended for good
  McpSchema.CallToolResult call(
      OfferedTool tool, Map<String, Object> arguments, Cancellation cancellation)
      throws CallFailure {
    return live(tool).call(tool.name(), arguments, cancellation);
  }

  private synchronized Connection live(OfferedTool tool) {
    try {
      if (connection.ended().isPresent()) {
        restart(connection.ended().get());
      } else if (connection.haveToolsChanged()) {
        offer = connection.offer();
      }
    } catch (McpException failure) {
      throw new ToolException(String.valueOf(failure.getMessage()), failure);
    }
    Map<String, String> digests = new TreeMap<>();
    offer.tools().forEach(now -> digests.put(now.name(), now.digest()));
    if (!tool.digest().equals(digests.get(tool.name()))) {
      throw new ToolException(
          ("not called: the server now says something else of \"%s\" than when the person gave"
                  + " leave to use it; the person can look at it with: freehold agent mcp check %s")
              .formatted(tool.name(), configuration.name()));
    }
    return connection;
  }

  private void restart(String why) {
    if (wasRestarted) {
      throw new ToolException(
          "not called: the server \"%s\" ended a second time and is not started again"
              .formatted(configuration.name()));
    }
    wasRestarted = true;
    notices.accept(
        "server \"%s\" ended and is started once more: %s"
            .formatted(configuration.name(), dev.freehold.agent.tool.VisibleText.line(why, 400)));
    connection.close();
    connection = Connection.open(configuration, parts);
    offer = connection.offer();
  }

  @Override
  public synchronized void close() {
    connection.close();
  }
}
