package dev.freehold.eval.record;

import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.eval.EvalException;
import dev.freehold.eval.Meter;
import dev.freehold.eval.Outcome;
import dev.freehold.eval.Reply;
import dev.freehold.eval.Settings;
import dev.freehold.eval.judge.Preference;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The lines of a run's file: the run, then items and pairs as they are finished.
final class RunLines {
  /// Versions of the file that can be read.
  static final int FORMAT = 1;

  private static final int MOST_BACKENDS = 64;
  private static final int MOST_NAME = 5_000;
  private static final int MOST_REPLY = 64_000;
  private static final int MOST_CALLS = 256;
  private static final int MOST_REASON = 2_000;

  private RunLines() {}

  static ObjectNode write(RunHeader header) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("kind", "run");
    line.put("format", FORMAT);
    line.put("id", header.id());
    line.put("started", header.started().toString());
    line.put("program", header.program());
    line.putObject("tasks")
        .put("name", header.tasks())
        .put("sha256", header.digest())
        .put("items", header.items());
    ArrayNode backends = line.putArray("backends");
    header.backends().forEach(backend -> backends.add(write(backend)));
    line.put("baseline", header.baseline());
    header.judge().ifPresent(judge -> line.set("judge", write(judge)));
    ObjectNode settings = line.putObject("settings");
    ObjectNode sampling = settings.putObject("sampling");
    header
        .settings()
        .sampling()
        .values()
        .forEach((parameter, value) -> sampling.put(parameter.key(), value));
    header.settings().sampling().seed().ifPresent(seed -> settings.put("seed", seed));
    settings.put("max_tokens", header.settings().maxTokens());
    settings.put("time_limit_ms", header.settings().timeLimit().toMillis());
    settings.put("concurrency", header.settings().concurrency());
    return line;
  }

  private static ObjectNode write(RunHeader.Backend backend) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", backend.name())
        .put("detail", backend.detail());
  }

  static RunHeader header(JsonLines.Line line) {
    Fields fields = Fields.of(line.object(), line.at());
    if (!fields.requiredString("kind").equals("run")) {
      throw fields.wrong("kind", "expected run on the first line");
    }
    long format = fields.whole("format", 1, Integer.MAX_VALUE).orElse(0L);
    if (format != FORMAT) {
      throw fields.wrong(
          "format",
          "expected %d, found %d; a newer Freehold may read it".formatted(FORMAT, format));
    }
    Fields tasks = fields.requiredObject("tasks");
    List<RunHeader.Backend> backends =
        fields.objects("backends", MOST_BACKENDS).stream().map(RunLines::backend).toList();
    if (backends.isEmpty()) {
      throw fields.wrong("backends", "is missing or empty");
    }
    return new RunHeader(
        fields.name("id", MOST_NAME),
        instant(fields),
        fields.string("program").orElse(""),
        tasks.name("name", MOST_NAME),
        tasks.name("sha256", MOST_NAME),
        tasks
            .whole("items", 1, 1_000_000)
            .orElseThrow(() -> tasks.wrong("items", "is missing"))
            .intValue(),
        backends,
        fields.name("baseline", MOST_NAME),
        fields.object("judge").map(RunLines::backend),
        settings(fields));
  }

  private static Instant instant(Fields fields) {
    String text = fields.requiredString("started");
    try {
      return Instant.parse(text);
    } catch (DateTimeException wrong) {
      throw fields.wrong("started", "expected a time as 2026-01-02T03:04:05Z");
    }
  }

  private static RunHeader.Backend backend(Fields fields) {
    return new RunHeader.Backend(
        fields.name("name", MOST_NAME), fields.string("detail").orElse(""));
  }

  private static Settings settings(Fields run) {
    Fields fields = run.requiredObject("settings");
    Sampling sampling = Sampling.UNSAID;
    Fields said = fields.requiredObject("sampling");
    for (String name : said.object().propertyNames()) {
      SamplingParameter parameter =
          SamplingParameter.named(name).orElseThrow(() -> said.wrong(name, "is not known"));
      sampling = sampling.with(parameter, said.number(name).orElse(0.0));
    }
    Optional<Long> seed = fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    if (seed.isPresent()) {
      sampling = sampling.withSeed(seed.get());
    }
    try {
      return new Settings(
          sampling,
          fields.whole("max_tokens", 1, Integer.MAX_VALUE).orElse(0L).intValue(),
          Duration.ofMillis(fields.whole("time_limit_ms", 1, Long.MAX_VALUE / 4).orElse(0L)),
          fields.whole("concurrency", 1, Settings.MOST_CONCURRENCY).orElse(0L).intValue());
    } catch (EvalException wrong) {
      throw run.wrong("settings", String.valueOf(wrong.getMessage()));
    }
  }

  static ObjectNode write(TaskText task) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("kind", "task")
        .put("task", task.id())
        .put("question", cut(task.question()))
        .put("reference", cut(task.reference()))
        .put("judge", task.criterion());
  }

  static TaskText text(Fields fields) {
    return new TaskText(
        fields.name("task", MOST_NAME),
        fields.requiredString("question"),
        fields.string("reference").orElse(""),
        fields.string("judge").orElse(""));
  }

  static ObjectNode write(ItemResult result) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("kind", "item");
    task(line, result.task());
    line.put("backend", result.backend());
    line.put("outcome", result.outcome().key());
    line.put("reason", shortened(result.reason()));
    if (result.reply().isPresent()) {
      Reply reply = result.reply().get();
      line.put("reply", cut(reply.text()));
      if (!reply.calls().isEmpty()) {
        ArrayNode calls = line.putArray("calls");
        reply
            .calls()
            .forEach(call ->
                calls.addObject().put("name", call.name()).put("arguments", cut(call.arguments())));
      }
      line.put("finish", reply.finish().name().toLowerCase(Locale.ROOT));
    }
    ItemResult.Took took = result.took();
    line.put("ms", rounded(took.wallMillis()));
    took.firstMillis().ifPresent(first -> line.put("first_ms", rounded(first)));
    took.promptTokens().ifPresent(tokens -> line.put("prompt_tokens", tokens));
    took.answerTokens().ifPresent(tokens -> line.put("answer_tokens", tokens));
    took.cost()
        .ifPresent(cost ->
            line.putObject("cost").put("amount", cost.amount()).put("currency", cost.currency()));
    took.energy()
        .ifPresent(energy ->
            line.putObject("energy").put("joules", energy.joules()).put("source", energy.source()));
    return line;
  }

  private static double rounded(double millis) {
    return Math.round(millis * 1000) / 1000.0;
  }

  private static String shortened(String reason) {
    return reason.length() <= MOST_REASON ? reason : cut(reason, MOST_REASON) + "...";
  }

  private static String cut(String text) {
    return cut(text, MOST_REPLY);
  }

  private static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }

  private static void task(ObjectNode line, ItemResult.TaskName task) {
    line.put("task", task.id());
    line.put("sha256", task.digest());
    line.put("group", task.group());
    line.put("language", task.language());
  }

  private static ItemResult.TaskName task(Fields fields) {
    return new ItemResult.TaskName(
        fields.name("task", MOST_NAME),
        fields.name("sha256", MOST_NAME),
        fields.string("group").orElse(""),
        fields.string("language").orElse(""));
  }

  static ItemResult item(Fields fields) {
    Outcome outcome = required(fields, "outcome", Outcome.class);
    Optional<Reply> reply = Optional.empty();
    if (fields.has("reply")) {
      List<Reply.Call> calls = new ArrayList<>();
      for (Fields call : fields.objects("calls", MOST_CALLS)) {
        calls.add(new Reply.Call(call.requiredString("name"), call.requiredString("arguments")));
      }
      reply =
          Optional.of(
              new Reply(
                  fields.requiredString("reply"),
                  calls,
                  required(fields, "finish", FinishReason.class)));
    }
    return new ItemResult(
        task(fields),
        fields.name("backend", MOST_NAME),
        outcome,
        fields.string("reason").orElse(""),
        reply,
        took(fields));
  }

  private static ItemResult.Took took(Fields fields) {
    return new ItemResult.Took(
        fields.positive("ms").orElseThrow(() -> fields.wrong("ms", "is missing")),
        fields.positive("first_ms"),
        fields.whole("prompt_tokens", 0, Integer.MAX_VALUE),
        fields.whole("answer_tokens", 0, Integer.MAX_VALUE),
        fields
            .object("cost")
            .map(cost ->
                new Meter.Cost(
                    cost.positive("amount").orElseThrow(() -> cost.wrong("amount", "is missing")),
                    cost.name("currency", 20))),
        fields
            .object("energy")
            .map(energy ->
                new Meter.Energy(
                    energy
                        .positive("joules")
                        .orElseThrow(() -> energy.wrong("joules", "is missing")),
                    energy.requiredString("source"))));
  }

  static ObjectNode write(PairResult result) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("kind", "pair");
    task(line, result.task());
    line.put("first", result.first());
    line.put("second", result.second());
    line.put("in_order", result.inOrder().key());
    line.put("swapped", result.swapped().key());
    line.put("preference", result.preference().key());
    line.put("reason", shortened(result.reason()));
    return line;
  }

  static PairResult pair(Fields fields) {
    return new PairResult(
        task(fields),
        fields.name("first", MOST_NAME),
        fields.name("second", MOST_NAME),
        required(fields, "in_order", Preference.class),
        required(fields, "swapped", Preference.class),
        required(fields, "preference", Preference.class),
        fields.string("reason").orElse(""));
  }

  private static <E extends Enum<E>> E required(Fields fields, String name, Class<E> type) {
    return fields.oneOf(name, type).orElseThrow(() -> fields.wrong(name, "is missing"));
  }

  /// The line as it stands in the file, without its line break.
  static String text(JsonNode line) {
    return line.toString();
  }
}
