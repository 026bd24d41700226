package dev.freehold.agent.workflow;

import dev.freehold.chat.ChatBackend;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What workflows work with, none of which is written down.
///
/// @param actions by the names that files know them by, beside those that a file sets up itself
public record WorkflowParts(
    ChatBackend backend,
    DocumentSearch documents,
    Optional<TaskAgent> agents,
    StepTools tools,
    Map<String, WorkflowAction> actions,
    ReplyCheck check,
    Optional<ApprovalLinks> links) {
  public WorkflowParts {
    actions = Map.copyOf(actions);
  }

  /// Models, and nothing else.
  public static WorkflowParts of(ChatBackend backend) {
    return new WorkflowParts(
        backend,
        DocumentSearch.NONE,
        Optional.empty(),
        StepTools.NONE,
        Map.of(),
        ReplyCheck.NONE,
        Optional.empty());
  }

  public WorkflowParts withDocuments(DocumentSearch search) {
    return new WorkflowParts(backend, search, agents, tools, actions, check, links);
  }

  public WorkflowParts withAgents(TaskAgent agent) {
    return new WorkflowParts(backend, documents, Optional.of(agent), tools, actions, check, links);
  }

  public WorkflowParts withTools(StepTools some) {
    return new WorkflowParts(backend, documents, agents, some, actions, check, links);
  }

  /// With further actions; one of the same name takes the place of the other.
  public WorkflowParts withActions(Map<String, WorkflowAction> more) {
    Map<String, WorkflowAction> all = new HashMap<>(actions);
    all.putAll(more);
    return new WorkflowParts(backend, documents, agents, tools, all, check, links);
  }

  public WorkflowParts withCheck(ReplyCheck newCheck) {
    return new WorkflowParts(backend, documents, agents, tools, actions, newCheck, links);
  }

  public WorkflowParts withLinks(ApprovalLinks signed) {
    return new WorkflowParts(
        backend, documents, agents, tools, actions, check, Optional.of(signed));
  }

  /// @throws WorkflowException where a step needs what is not here
  void requireFor(Workflow workflow) {
    require(workflow, workflow.parts().steps());
  }

  private void require(Workflow workflow, List<StepSpec> steps) {
    for (StepSpec step : steps) {
      switch (step.work()) {
        case Work.Action action -> requireAction(workflow, step, action.action());
        case Work.Wait wait -> wait.tell().ifPresent(name -> requireAction(workflow, step, name));
        case Work.Tool tool -> {
          List<String> names = tools.tools().stream().map(one -> one.definition().name()).toList();
          if (!names.contains(tool.tool())) {
            throw missing(
                workflow,
                step,
                "there is no tool \"%s\"; there are: %s"
                    .formatted(tool.tool(), names.isEmpty() ? "none" : String.join(", ", names)));
          }
        }
        case Work.Agent _ -> {
          if (agents.isEmpty()) {
            throw missing(workflow, step, "there are no agents here");
          }
        }
        case Work.Documents _ -> {
          if (documents.equals(DocumentSearch.NONE)) {
            throw missing(workflow, step, "there are no documents to search here");
          }
        }
        case Work.ForEach each -> require(workflow, each.steps());
        case Work.Switch choice -> {
          choice.cases().values().forEach(one -> require(workflow, one));
          require(workflow, choice.otherwise());
        }
        case Work.Model _, Work.Choice _, Work.Pause _ -> {}
      }
    }
  }

  private void requireAction(Workflow workflow, StepSpec step, String name) {
    if (!actions.containsKey(name)) {
      throw missing(
          workflow, step, "there is no action \"%s\"; set it up under \"actions\"".formatted(name));
    }
  }

  private static WorkflowException missing(Workflow workflow, StepSpec step, String what) {
    return new WorkflowException(
        "%s, line %d: step %s: %s".formatted(workflow.file(), step.line(), step.id(), what));
  }
}
