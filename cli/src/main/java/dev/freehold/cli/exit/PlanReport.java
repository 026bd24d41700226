package dev.freehold.cli.exit;

import dev.freehold.cli.exit.Plan.RoutePlan;
import dev.freehold.cli.exit.Plan.Substitute;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A plan for people and as JSON.
public record PlanReport(Plan plan) {
  private static final double SECONDS_A_DAY = 86_400;

  /// Prints it for people.
  public void print(PrintStream out) {
    vendors(out);
    plan.routes().forEach(route -> print(out, route));
    out.println();
    notes().forEach(out::println);
  }

  private void vendors(PrintStream out) {
    SortedMap<String, Spent> spent = new TreeMap<>();
    SortedMap<String, List<String>> alone = new TreeMap<>();
    for (RoutePlan route : plan.routes()) {
      route.vendors().forEach(vendor -> spent.putIfAbsent(vendor, new Spent()));
      route
          .use()
          .targets()
          .forEach((id, sum) -> {
            String backend = id.substring(0, Math.max(0, id.indexOf('/')));
            if (route.use().vendors().contains(backend)) {
              spent.computeIfAbsent(backend, any -> new Spent()).add(sum);
            }
          });
      if (route.vendors().size() == 1) {
        alone.computeIfAbsent(route.vendors().first(), any -> new ArrayList<>()).add(route.name());
      }
    }
    if (spent.isEmpty()) {
      out.println("No vendor is in the routes or the ledger.");
      return;
    }
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"VENDOR", "REQUESTS", "PROMPT", "ANSWER", "SPENT", "ONLY VENDOR OF"});
    spent.forEach((vendor, sum) ->
        lines.add(
            new String[] {
              vendor,
              "" + sum.requests(),
              "" + sum.prompt(),
              "" + sum.answer(),
              money(sum),
              String.join(", ", alone.getOrDefault(vendor, List.of("-")))
            }));
    Table.print(out, lines, 1);
  }

  private void print(PrintStream out, RoutePlan route) {
    Spent all = route.use().all();
    out.println();
    out.printf(
        Locale.ROOT,
        "%s: %s in %s%s%n",
        route.name(),
        requests(all.requests()),
        span(plan.days()),
        all.requests() == 0 ? "" : ", keys: " + keys(route.use()));
    out.println("  depends on " + route.dependence());
    route
        .use()
        .targets()
        .forEach((id, sum) ->
            out.printf(
                Locale.ROOT,
                "  %s: %s, %,d + %,d tokens, %s%n",
                id,
                requests(sum.requests()),
                sum.prompt(),
                sum.answer(),
                money(sum)));
    route.ends().forEach((id, end) -> out.println("  end of " + id + ": " + end));
    if (all.requests() > 0) {
      out.println("  asks for " + needs(route.use()));
    }
    for (Substitute substitute : route.substitutes()) {
      print(out, route.use(), substitute);
    }
  }

  private static String keys(RouteUse use) {
    return use.keys().entrySet().stream()
        .map(entry -> "%s %d".formatted(entry.getKey(), entry.getValue().requests()))
        .collect(Collectors.joining(", "));
  }

  private static String needs(RouteUse use) {
    String longest = String.format(Locale.ROOT, "at most %,d tokens together", use.longest());
    if (use.recorded() == 0) {
      return longest + "; tools, images and schemas: unknown, since nothing is recorded";
    }
    String needs =
        use.needs().entrySet().stream()
            .map(entry -> "%s in %d".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return "%s; %s of %d recorded requests"
        .formatted(longest, needs.isEmpty() ? "text alone in all" : needs, use.recorded());
  }

  private void print(PrintStream out, RouteUse use, Substitute substitute) {
    String head = "  in its place " + substitute.model();
    if (!substitute.lacks().isEmpty()) {
      out.println(head + ": lacks " + String.join("; ", substitute.lacks()));
      return;
    }
    if (substitute.speeds().isEmpty()) {
      out.println(head + ": nothing is lacking that is known; speed unknown");
    } else {
      Speeds speeds = substitute.speeds().get();
      out.printf(
          Locale.ROOT,
          "%s: prompts %s tokens/s, answers %s tokens/s (%s)%n",
          head,
          figure(speeds.prompt()),
          figure(speeds.answer()),
          speeds.how());
      load(out, use.all(), speeds);
    }
    out.println("    " + substitute.score());
  }

  private void load(PrintStream out, Spent all, Speeds speeds) {
    if (all.requests() == 0) {
      return;
    }
    double seconds = speeds.seconds(all.prompt(), all.answer());
    double energy = speeds.kilowattHours(seconds);
    out.printf(
        Locale.ROOT,
        "    a mean request (%d + %d tokens) %s s; all of them %s h, %s %% of the time%n",
        all.prompt() / all.requests(),
        all.answer() / all.requests(),
        figure(seconds / all.requests()),
        figure(seconds / 3600),
        figure(100 * seconds / (plan.days() * SECONDS_A_DAY)));
    out.printf(
        Locale.ROOT,
        "    ~%s kWh at %s W (%s), %s; it took %s%n",
        figure(energy),
        figure(speeds.watts()),
        speeds.wattsHow(),
        plan.power()
            .map(power -> figure(energy * power.perKilowattHour()) + " " + power.currency())
            .orElse("price of a kWh unknown"),
        money(all));
  }

  private static String money(Spent spent) {
    String known =
        spent.costMicros().entrySet().stream()
            .map(entry ->
                String.format(Locale.ROOT, "%.4f %s", entry.getValue() / 1e6, entry.getKey())
                    .strip())
            .collect(Collectors.joining(" + "));
    if (spent.unpriced() == 0) {
      return known.isEmpty() ? "-" : known;
    }
    return (known.isEmpty() ? "" : known + " + ")
        + "unknown (%s)".formatted(requests(spent.unpriced()));
  }

  private static String requests(long count) {
    return String.format(Locale.ROOT, "%,d request%s", count, count == 1 ? "" : "s");
  }

  private static String span(double days) {
    return days >= 2
        ? Math.round(days) + " days"
        : days >= 1.0 / 12 ? Math.round(days * 24) + " hours" : Math.round(days * 1440) + " min";
  }

  /// A number with as many digits as are known.
  private static String figure(double value) {
    if (value >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    int digits = value <= 0 ? 0 : Math.max(0, 1 - (int) Math.floor(Math.log10(value)));
    return String.format(Locale.ROOT, "%." + Math.min(digits, 9) + "f", value);
  }

  private List<String> notes() {
    return List.of(
        "Speeds: " + plan.machine() + ".",
        "Hours are for one request after the other; several at once take less together, and each"
            + " waits longer. Shares are of all the time: the busiest hour needs more.",
        "Tokens are as whoever answered counted them; another model counts other numbers.",
        "Energy is an estimate: watts x seconds. Buying machines and people's time are not in it.",
        "What vendors will do is not known: ends are what the file or they themselves say.");
  }

  /// The same as JSON.
  public ObjectNode json() {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("days", plan.days()).put("machine", plan.machine());
    ArrayNode routes = told.putArray("routes");
    for (RoutePlan route : plan.routes()) {
      ObjectNode one = routes.addObject().put("route", route.name());
      route.vendors().forEach(one.putArray("vendors")::add);
      route.own().forEach(one.putArray("own")::add);
      one.set("all", route.use().all().json());
      sums(one.putObject("targets"), route.use().targets());
      sums(one.putObject("keys"), route.use().keys());
      route.ends().forEach(one.putObject("ends")::put);
      one.put("longest_tokens", route.use().longest()).put("recorded", route.use().recorded());
      route.use().needs().forEach(one.putObject("needs")::put);
      ArrayNode substitutes = one.putArray("substitutes");
      route.substitutes().forEach(model -> json(substitutes.addObject(), route.use(), model));
    }
    return told;
  }

  private static void sums(ObjectNode to, Map<String, Spent> sums) {
    sums.forEach((name, sum) -> to.set(name, sum.json()));
  }

  private void json(ObjectNode told, RouteUse use, Substitute substitute) {
    told.put("model", substitute.model()).put("score", substitute.score());
    substitute.lacks().forEach(told.putArray("lacks")::add);
    if (substitute.speeds().isPresent()) {
      Speeds speeds = substitute.speeds().get();
      double seconds = speeds.seconds(use.all().prompt(), use.all().answer());
      told.put("prompt_tokens_per_s", speeds.prompt()).put("answer_tokens_per_s", speeds.answer());
      told.put("speed_known_by", speeds.how()).put("seconds", seconds);
      told.put("kilowatt_hours", speeds.kilowattHours(seconds)).put("watts", speeds.watts());
      told.put("watts_known_by", speeds.wattsHow());
      plan.power()
          .ifPresent(power ->
              told.put("energy_cost", speeds.kilowattHours(seconds) * power.perKilowattHour())
                  .put("currency", power.currency()));
    }
  }
}
