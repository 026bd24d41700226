package dev.freehold.agent.workflow;

import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.workspace.Snapshots;
import dev.freehold.agent.workspace.WorkspaceException;
import java.util.List;

/// Tools for steps of a workflow, and where they work.
public interface StepTools {
  /// There are none.
  StepTools NONE =
      new StepTools() {
        @Override
        public List<AgentTool> tools() {
          return List.of();
        }

        @Override
        public Permissions permissions() {
          return new Permissions(List.of());
        }

        @Override
        public Snapshots create(String run) {
          throw new WorkspaceException("no tool works here");
        }

        @Override
        public Snapshots open(String run) {
          throw new WorkspaceException("no tool works here");
        }
      };

  /// Those that the workflow may name.
  List<AgentTool> tools();

  /// What they may do without a person's leave.
  Permissions permissions();

  /// Makes the folder in which the tools of a run work; what was made by half is replaced.
  ///
  /// @throws WorkspaceException where it cannot be made
  Snapshots create(String run);

  /// The same folder later.
  ///
  /// @throws WorkspaceException where it is gone or damaged
  Snapshots open(String run);
}
