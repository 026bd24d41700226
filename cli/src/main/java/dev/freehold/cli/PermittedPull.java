package dev.freehold.cli;

import dev.freehold.audit.subject.FolderSubject;
import dev.freehold.audit.subject.Subject;
import dev.freehold.hub.pull.ModelReference;
import dev.freehold.hub.pull.PullEvent;
import dev.freehold.hub.pull.PullPlan;
import dev.freehold.hub.pull.PullRequest;
import dev.freehold.hub.pull.Puller;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Holds `audit.policy` against a model before its weights are fetched, by its card and its texts
/// of terms, which are fetched first.
///
/// Of what comes without such texts, from Ollama's registry or a web address, all is unknown.
final class PermittedPull {
  private final AuditPolicy policy;
  private final Puller puller;

  PermittedPull(AuditPolicy policy, Puller puller) {
    this.policy = policy;
    this.puller = puller;
  }

  /// @throws CliException where the policy does not permit the model
  void require(PullRequest request, Consumer<PullEvent> events) throws InterruptedException {
    if (policy.isEmpty() || !request.files().isEmpty()) {
      return; // nothing is forbidden, or no model is asked for
    }
    String name = request.reference().toString();
    policy
        .against(subject(name, request, events))
        .ifPresent(found -> {
          throw AuditPolicy.refusal(name, found);
        });
  }

  private Subject subject(String name, PullRequest request, Consumer<PullEvent> events)
      throws InterruptedException {
    Subject unknown = Subject.of(name, List.of(), List.of(), List.of());
    if (!(request.reference() instanceof ModelReference.HuggingFace)) {
      return unknown;
    }
    PullPlan plan = puller.plan(request, events);
    if (plan.texts().isEmpty()) {
      return unknown;
    }
    // By the commit, so that no name moves on to a model that may be refused.
    PullRequest texts =
        new PullRequest(
            request.reference(), Optional.of(plan.revision()), plan.texts(), Optional.empty());
    Path folder = puller.pull(texts, events).path();
    return FolderSubject.read(name, folder, false);
  }
}
