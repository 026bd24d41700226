package dev.freehold.cli;

import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.permission.RulesFile;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.workflow.StepTools;
import dev.freehold.agent.workflow.Workflow;
import dev.freehold.agent.workspace.Snapshots;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.agent.workspace.WorkspaceLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Tools for steps of workflows: those of agents, on a copy of a folder for each run, and those of
/// the person's MCP servers, of which one is started when a workflow names it.
final class WorkflowTools implements AutoCloseable {
  /// Between a server's name and a tool's.
  private static final String OF_SERVER = "__";

  private final Surroundings surroundings;
  private final Map<String, AgentServers> servers = new HashMap<>();
  private final Map<List<String>, List<AgentTool>> own = new HashMap<>();

  WorkflowTools(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// The tools that work on files here; how commands are confined is found out once for the same
  /// hosts.
  ///
  /// @param hosts that commands may reach
  /// @throws CliException where they cannot be held to them
  synchronized List<AgentTool> own(List<String> hosts) {
    List<AgentTool> there = own.get(hosts);
    if (there == null) {
      there = AgentWork.tools(AgentWork.probe(surroundings, hosts), hosts);
      own.put(List.copyOf(hosts), there);
    }
    return there;
  }

  /// What a workflow's steps may call; their commands reach no host.
  StepTools of(Workflow workflow) {
    List<AgentTool> tools = new ArrayList<>();
    boolean hasOwn = workflow.tools().stream().anyMatch(name -> !name.contains(OF_SERVER));
    if (hasOwn) {
      tools.addAll(own(List.of()));
    }
    workflow.tools().stream()
        .filter(name -> name.contains(OF_SERVER))
        .forEach(name -> ofServer(name).forEach(tools::add));
    return new Here(surroundings, workflow, List.copyOf(tools));
  }

  /// The tool of a server that is running, or is started now.
  private synchronized List<AgentTool> ofServer(String name) {
    String server = name.substring(0, name.indexOf(OF_SERVER));
    AgentServers there = servers.get(server);
    if (there != null && (there.haveEnded() || named(there, name).isEmpty())) {
      there.close();
      servers.remove(server);
      there = null;
    }
    if (there == null) {
      there = AgentServers.openOwnFor(surroundings, name);
      servers.put(server, there);
    }
    return named(there, name);
  }

  private static List<AgentTool> named(AgentServers servers, String name) {
    return servers.tools().stream().filter(tool -> tool.definition().name().equals(name)).toList();
  }

  @Override
  public synchronized void close() {
    servers.values().forEach(AgentServers::close);
    servers.clear();
  }

  /// The tools of one workflow.
  private record Here(Surroundings surroundings, Workflow workflow, List<AgentTool> tools)
      implements StepTools {
    @Override
    public Permissions permissions() {
      return new Permissions(RulesFile.read(AgentPlaces.rules(surroundings)));
    }

    @Override
    public Snapshots create(String run) {
      Path place = AgentPlaces.workspace(surroundings, run);
      Path source =
          workflow
              .workspace()
              .map(folder -> Path.of(workflow.file()).toAbsolutePath().resolveSibling(folder))
              .orElseGet(() -> AgentPlaces.empty(place));
      return Workspace.create(
          place,
          new Workspace.Origin(source, List.of(), AgentPlaces::isKept),
          WorkspaceLimits.DEFAULT);
    }

    @Override
    public Snapshots open(String run) {
      return Workspace.open(
          AgentPlaces.workspace(surroundings, run), WorkspaceLimits.DEFAULT, AgentPlaces::isKept);
    }
  }
}
