package dev.freehold.eval.task;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.ToolCall;
import dev.freehold.eval.Candidate;
import dev.freehold.eval.EvalException;
import dev.freehold.eval.Meter;
import dev.freehold.eval.Reply;
import dev.freehold.eval.judge.Criterion;
import dev.freehold.eval.judge.Normalization;
import dev.freehold.eval.record.Fields;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.record.JsonLines;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Recorded requests as tasks, and the answers that were given to them as those of a backend.
///
/// A request that stands there again is asked once. One that cannot be asked again, as one with
/// images, is left out and counted.
///
/// @param recorded the answers that were given
/// @param repeated requests that stood there before
/// @param leftOut why requests are left out, each with its line
public record Traffic(TaskSet tasks, Candidate recorded, int repeated, List<String> leftOut) {
  /// What the backend of recorded answers is called.
  public static final String RECORDED = "recorded";

  private static final int FORMAT = 1;
  private static final String ANSWERED = "ok";
  private static final int MOST_ID = 200;
  private static final int MOST_CALLS = 256;
  private static final int MOST_ARGUMENTS = 1 << 20;
  private static final int MOST_TOKENS = 100_000_000;
  private static final Normalization ALIKE = new Normalization(Set.of(Normalization.Step.values()));

  public Traffic {
    leftOut = List.copyOf(leftOut);
  }

  /// Reads what docs/eval.md describes as recorded traffic.
  ///
  /// @param hasJudge whether a model judges; then free text is compared with the recorded answer by
  ///   it, else by characters
  public static Traffic read(String name, Path file, boolean hasJudge) {
    List<EvalTask> tasks = new ArrayList<>();
    Map<String, Candidate.Answered> answers = new HashMap<>();
    Set<String> asked = new HashSet<>();
    List<String> leftOut = new ArrayList<>();
    int repeated = 0;
    try (JsonLines lines = JsonLines.open(file)) {
      for (Optional<JsonLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
        Fields fields = Fields.of(line.get().object(), line.get().at());
        require(fields);
        String request = fields.requiredObject("request").object().toString();
        if (!asked.add(TaskSet.sha256(request))) {
          repeated++;
          continue;
        }
        try {
          requireAnswered(fields);
          Candidate.Answered answered = answered(fields);
          EvalTask task = task(fields, answered.reply(), hasJudge, TaskSet.sha256(request));
          tasks.add(task);
          answers.put(task.id(), answered);
        } catch (ChatException | EvalException cannot) {
          leftOut.add(String.valueOf(cannot.getMessage()));
        }
      }
    }
    Candidate recorded =
        new Candidate(
            RECORDED, "answers recorded in " + name, new Candidate.Source.Recorded(answers));
    return new Traffic(new TaskSet(name, tasks), recorded, repeated, leftOut);
  }

  private static void require(Fields fields) {
    long format = fields.whole("traffic", 1, Integer.MAX_VALUE).orElse(0L);
    if (format != FORMAT) {
      throw fields.wrong(
          "traffic", "expected %d, the version of the format, found %d".formatted(FORMAT, format));
    }
    fields.name("id", MOST_ID);
    fields.required("answer");
  }

  private static void requireAnswered(Fields fields) {
    String outcome = fields.string("outcome").orElse(ANSWERED);
    if (!outcome.equals(ANSWERED)) {
      throw fields.wrong("outcome", "\"%s\": there is no whole answer".formatted(outcome));
    }
  }

  private static EvalTask task(Fields fields, Reply reply, boolean hasJudge, String digest) {
    ChatRequest request = RequestFields.request(fields.requiredObject("request"));
    Criterion criterion =
        fields
            .object("judge")
            .map(CriterionFields::criterion)
            .orElseGet(() -> usual(request, reply, hasJudge));
    return new EvalTask(
        fields.name("id", MOST_ID),
        fields.string("route").orElse(""),
        fields.string("language").orElse(""),
        request,
        TaskFile.question(request),
        criterion,
        reply.calls().isEmpty() ? reply.text() : reply.calls().toString(),
        TaskSet.sha256(digest + fields.required("answer") + criterion.name()));
  }

  /// How a reply is judged by the recorded one where the line does not say.
  private static Criterion usual(ChatRequest request, Reply reply, boolean hasJudge) {
    if (!reply.calls().isEmpty()) {
      return new Criterion.ToolCalls(
          reply.calls().stream()
              .map(call ->
                  new Criterion.ToolCalls.Expected(call.name(), json(call.arguments()), Set.of()))
              .toList());
    }
    boolean isJson =
        request.output().format() instanceof OutputFormat.JsonSchema
            || request.output().format() instanceof OutputFormat.JsonObject;
    if (isJson) {
      return new Criterion.JsonEqual(json(reply.text()), true);
    }
    return hasJudge
        ? new Criterion.Pairwise(CriterionFields.BETTER)
        : new Criterion.Exact(List.of(reply.text()), ALIKE);
  }

  private static JsonNode json(String text) {
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "the recorded answer");
    } catch (TensorException wrong) {
      throw new EvalException(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  private static Candidate.Answered answered(Fields fields) {
    Fields answer = fields.requiredObject("answer");
    List<Reply.Call> calls = new ArrayList<>();
    for (ToolCall call : RequestFields.calls(answer)) {
      calls.add(new Reply.Call(call.name(), call.arguments().toString()));
    }
    String text = answer.string("content").orElse("");
    int length = calls.stream().mapToInt(call -> call.arguments().length()).sum();
    if (calls.size() > MOST_CALLS || length > MOST_ARGUMENTS) {
      throw answer.wrong(
          "tool_calls",
          "expected at most %d calls and %,d characters".formatted(MOST_CALLS, MOST_ARGUMENTS));
    }
    Optional<Fields> usage = fields.object("usage");
    ItemResult.Took took =
        new ItemResult.Took(
            fields.positive("ms").orElse(0.0),
            fields.positive("first_ms"),
            usage.flatMap(all -> all.whole("prompt_tokens", 0, MOST_TOKENS)),
            usage.flatMap(all -> all.whole("completion_tokens", 0, MOST_TOKENS)),
            fields
                .object("cost")
                .map(cost ->
                    new Meter.Cost(cost.positive("amount").orElse(0.0), cost.name("currency", 20))),
            fields
                .object("energy")
                .map(energy ->
                    new Meter.Energy(
                        energy.positive("joules").orElse(0.0), energy.requiredString("source"))));
    return new Candidate.Answered(new Reply(text, calls, finish(fields)), took);
  }

  private static FinishReason finish(Fields fields) {
    return switch (fields.string("finish_reason").orElse("stop")) {
      case "length" -> FinishReason.MAX_TOKENS;
      case "tool_calls" -> FinishReason.TOOL_CALLS;
      default -> FinishReason.END;
    };
  }
}
