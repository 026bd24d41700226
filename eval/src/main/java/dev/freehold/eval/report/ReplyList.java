package dev.freehold.eval.report;

import dev.freehold.eval.Outcome;
import dev.freehold.eval.Reply;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.record.PairResult;
import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.TaskText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The replies of a run on its page, those that are not right first, each under its task.
final class ReplyList {
  private static final int MOST_TASKS = 1_000;
  private static final int MOST_REPLY = 4_000;
  private static final int MOST_NAME = 200;

  private final RecordedRun run;
  private final StringBuilder out;

  ReplyList(RecordedRun run, StringBuilder out) {
    this.run = run;
    this.out = out;
  }

  void draw() {
    Map<String, List<ItemResult>> tasks = new LinkedHashMap<>();
    run.items()
        .forEach(
            item -> tasks.computeIfAbsent(item.task().id(), id -> new ArrayList<>()).add(item));
    List<List<ItemResult>> ordered = new ArrayList<>();
    tasks.values().stream().filter(items -> !allRight(items)).forEach(ordered::add);
    int notRight = ordered.size();
    tasks.values().stream().filter(ReplyList::allRight).forEach(ordered::add);
    out.append("<h2>Replies</h2>\n");
    out.append(
        "<p class=\"dim\">%d tasks with a reply that is not right, %d without; here are %d."
            .formatted(notRight, ordered.size() - notRight, Math.min(MOST_TASKS, ordered.size())));
    out.append("</p>\n");
    ordered.stream().limit(MOST_TASKS).forEach(this::task);
  }

  private static boolean allRight(List<ItemResult> items) {
    return items.stream().allMatch(item -> item.outcome() == Outcome.RIGHT);
  }

  private void task(List<ItemResult> items) {
    ItemResult first = items.getFirst();
    StringBuilder summary = new StringBuilder(Escaped.html(first.task().id(), MOST_NAME));
    for (ItemResult item : items) {
      summary.append(" &middot; ").append(Escaped.html(item.backend(), MOST_NAME));
      summary.append(": ").append(item.outcome().key());
    }
    out.append("<details><summary>%s</summary>\n".formatted(summary));
    TaskText asked = run.tasks().get(first.task().id());
    if (asked != null) {
      out.append(
          "<pre dir=\"auto\">%s</pre>\n".formatted(Escaped.html(asked.question(), MOST_REPLY)));
      if (!asked.reference().isEmpty()) {
        out.append(
            "<p>expected (%s):</p><pre dir=\"auto\">%s</pre>\n"
                .formatted(
                    Escaped.html(asked.criterion(), MOST_NAME),
                    Escaped.html(asked.reference(), MOST_REPLY)));
      }
    }
    items.forEach(this::reply);
    for (PairResult pair : run.pairs()) {
      if (pair.task().id().equals(first.task().id())) {
        out.append(
            "<p>judge: %s (%s, swapped %s)</p><pre dir=\"auto\">%s</pre>\n"
                .formatted(
                    pair.preference().key(),
                    pair.inOrder().key(),
                    pair.swapped().key(),
                    Escaped.html(pair.reason(), MOST_REPLY)));
      }
    }
    out.append("</details>\n");
  }

  private void reply(ItemResult item) {
    out.append(
        "<p><b>%s</b>: %s%s</p>\n"
            .formatted(
                Escaped.html(item.backend(), MOST_NAME),
                item.outcome().key(),
                item.reason().isEmpty() ? "" : ": " + Escaped.html(item.reason(), MOST_REPLY)));
    if (item.reply().isPresent()) {
      Reply reply = item.reply().get();
      out.append("<pre dir=\"auto\">%s</pre>\n".formatted(Escaped.html(reply.text(), MOST_REPLY)));
      for (Reply.Call call : reply.calls()) {
        String text = call.name() + " " + call.arguments();
        out.append("<pre>calls %s</pre>\n".formatted(Escaped.html(text, MOST_REPLY)));
      }
    }
  }
}
