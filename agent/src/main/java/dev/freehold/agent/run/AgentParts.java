package dev.freehold.agent.run;

import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.workspace.Snapshots;
import dev.freehold.chat.ChatBackend;
import java.util.List;

/// What a run works with, none of which is written down.
public record AgentParts(
    ChatBackend backend,
    List<AgentTool> tools,
    Snapshots workspace,
    Permissions permissions,
    Approver approver,
    Pricing pricing) {
  public AgentParts {
    tools = List.copyOf(tools);
  }
}
