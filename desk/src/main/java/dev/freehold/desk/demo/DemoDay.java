package dev.freehold.desk.demo;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.workflow.Approvals;
import dev.freehold.desk.demo.SyntheticTickets.Sample;
import dev.freehold.desk.work.Desk;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The person of a day at the desk, played by a script, and what the day's journal tells of it.
public final class DemoDay {
  private static final String BY = "a script that plays a person";

  private final Journal journal;
  private final Map<String, Sample> samples = new HashMap<>();

  public DemoDay(Journal journal, List<Sample> samples) {
    this.journal = journal;
    samples.forEach(sample -> this.samples.put(sample.ticket().id(), sample));
  }

  /// Decides what waits: sends what the pages bear out, writes the rest, and sorts what nobody was
  /// sure of.
  public void decide() {
    Approvals approvals = new Approvals(journal);
    for (Step step : approvals.waiting()) {
      ObjectNode payload = Approvals.payload(step).deepCopy().asObject();
      String id = journal.head(step.run()).settings().at("/input/ticket/id").asString("");
      Sample sample = samples.get(id);
      if (sample == null) {
        continue;
      }
      String field = payload.has("choice") ? "choice" : "text";
      String offered = payload.path(field).asString("");
      String right = payload.has("choice") ? sample.team().option() : answer(sample, offered);
      if (right.equals(offered)) {
        approvals.send(step, step.digest(), BY);
      } else {
        approvals.edit(step, step.digest(), payload.put(field, right), BY);
      }
    }
  }

  private static String answer(Sample sample, String draft) {
    return sample.isAnswerable() && !draft.isEmpty()
        ? draft
        : "Thank you. A colleague looks into it and writes to you today.";
  }

  /// What became of the tickets, by the journal: counts by what is counted.
  public Map<String, Integer> tally() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String what :
        List.of(
            "sorted by a model that was sure",
            "sorted by the person",
            "sorted as the person would",
            "drafts with quotes from the pages",
            "not found in the documents",
            "drafts sent as they were",
            "answers that the person wrote",
            "answers sent")) {
      counts.put(what, 0);
    }
    for (Sample sample : samples.values()) {
      for (Step step : journal.steps(Desk.runOf(sample.ticket()))) {
        count(step, sample, counts);
      }
    }
    return counts;
  }

  private static void count(Step step, Sample sample, Map<String, Integer> counts) {
    JsonNode result = step.result().path("value");
    switch (step.call().key()) {
      case "team" -> {
        boolean isSure = result.path("decided").isString();
        add(counts, isSure ? "sorted by a model that was sure" : "sorted by the person");
        if (!isSure || result.path("decided").asString("").equals(sample.team().option())) {
          add(counts, "sorted as the person would");
        }
      }
      case "draft" ->
          add(
              counts,
              result.path("found").asBoolean(false)
                  ? "drafts with quotes from the pages"
                  : "not found in the documents");
      case "review" ->
          step.decision()
              .ifPresent(decision ->
                  add(
                      counts,
                      decision.payload().isPresent()
                          ? "answers that the person wrote"
                          : "drafts sent as they were"));
      case "send" -> {
        if (step.isFinished() && step.call().kind() == StepKind.ACTION) {
          add(counts, "answers sent");
        }
      }
      default -> {}
    }
  }

  private static void add(Map<String, Integer> counts, String what) {
    counts.merge(what, 1, Integer::sum);
  }
}
