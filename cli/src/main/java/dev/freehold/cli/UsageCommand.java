package dev.freehold.cli;

import dev.freehold.gateway.ledger.Usage;
import dev.freehold.gateway.ledger.UsageJson;
import dev.freehold.gateway.ledger.UsageQuery;
import dev.freehold.gateway.ledger.UsageReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `freehold usage`: what requests took and cost.
@Command(
    name = "usage",
    subcommands = UsageCommand.Export.class,
    synopsisSubcommandLabel = "[export]",
    description = {
      "Tells what the requests of a gateway took: how they ended, tokens and the part that was"
          + " cached, cost, latency, energy, and which answers a failover saved; from the ledger,"
          + " while the gateway runs or not.",
      "Prices are yours to write down, in prices.yaml beside the other settings (docs/usage.md);"
          + " what has none is told as unknown. Times of day are those of this machine."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold usage",
      "  freehold usage --by key --since month",
      "  freehold usage --by model --since 2026-11-01 --until 2026-11-08 --csv",
      "  freehold usage --by day --since 90d --json",
      "  freehold usage export --since today"
    })
final class UsageCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      description = "One row for each route, backend, model, key or day; route by default.")
  private UsageQuery.By by = UsageQuery.By.ROUTE;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(names = "--csv", description = "Print comma-separated values.")
  private boolean csv;

  @Mixin private Span span = new Span();

  UsageCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (json && csv) {
      throw new CliException(
          Exit.USAGE, "--json and --csv exclude each other", "Choose one of them.");
    }
    UsageQuery query = span.query(by, surroundings);
    try (UsageReader reader = span.open(surroundings)) {
      Usage usage = reader.read(query);
      UsageTable table = new UsageTable(usage, query, surroundings.out());
      if (json) {
        surroundings.out().println(UsageJson.of(usage, query));
      } else if (csv) {
        table.printCsv();
      } else {
        table.print();
      }
    }
    return Exit.OK.code();
  }

  /// Which requests of which ledger.
  static final class Span {
    private static final Pattern AGO = Pattern.compile("(\\d{1,5})([hd])");

    @Option(
        names = "--since",
        paramLabel = "WHEN",
        description =
            "From then on: a date (2026-11-01), an instant (2026-11-01T08:00:00Z), 24h or 7d ago,"
                + " today or month; 30d by default.")
    private String since = "30d";

    @Option(
        names = "--until",
        paramLabel = "WHEN",
        description = "Before then, in the same words; now by default.")
    private Optional<String> until = Optional.empty();

    @Option(
        names = "--ledger",
        paramLabel = "FILE",
        description = "Another ledger than ~/.local/state/freehold/ledger.sqlite.")
    private Optional<Path> ledger = Optional.empty();

    UsageQuery query(UsageQuery.By by, Surroundings surroundings) {
      ZoneId zone = surroundings.clock().getZone();
      Instant now = surroundings.clock().instant();
      return new UsageQuery(
          by,
          when("--since", since, now, zone),
          until.map(text -> when("--until", text, now, zone)).orElse(now.plusSeconds(1)),
          Optional.empty(),
          zone);
    }

    /// Whether there is such a ledger.
    boolean isThere(Surroundings surroundings) {
      return Files.exists(ledger.orElseGet(() -> LedgerPlaces.ledger(surroundings)));
    }

    UsageReader open(Surroundings surroundings) {
      LedgerPlaces.useSqlite(surroundings);
      return UsageReader.open(ledger.orElseGet(() -> LedgerPlaces.ledger(surroundings)));
    }

    private static Instant when(String option, String text, Instant now, ZoneId zone) {
      ZonedDateTime today = now.atZone(zone).toLocalDate().atStartOfDay(zone);
      Matcher ago = AGO.matcher(text);
      try {
        if (text.equals("today")) {
          return today.toInstant();
        }
        if (text.equals("month")) {
          return today.withDayOfMonth(1).toInstant();
        }
        if (ago.matches()) {
          int count = Integer.parseInt(ago.group(1));
          return now.minus(
              ago.group(2).equals("h") ? Duration.ofHours(count) : Duration.ofDays(count));
        }
        return text.contains("T")
            ? Instant.parse(text)
            : LocalDate.parse(text).atStartOfDay(zone).toInstant();
      } catch (DateTimeException wrong) {
        throw new CliException(
            Exit.USAGE,
            "%s: expected a date, an instant, 24h, 7d, today or month, found \"%s\""
                .formatted(option, text),
            "As \"freehold usage --since 2026-11-01\".");
      }
    }
  }

  /// `freehold usage export`.
  @Command(
      name = "export",
      description = {
        "Prints each request as a line of JSON: how it ended, who was asked and what it took.",
        "With --requests, those of which the words were recorded, with the words: what was asked"
            + " as an OpenAI chat request, and the answer's message. Recording is off unless"
            + " the gateway's file says record: true. eval --traffic reads this."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  freehold usage export --since 7d > week.jsonl",
        "  freehold usage export --requests --since today > recorded.jsonl"
      })
  static final class Export implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--requests", description = "What was asked and answered, where recorded.")
    private boolean requests;

    @Mixin private Span span = new Span();

    Export(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      UsageQuery query = span.query(UsageQuery.By.DAY, surroundings);
      try (UsageReader reader = span.open(surroundings)) {
        if (requests) {
          reader.exchanges(query, line -> surroundings.out().println(line));
        } else {
          reader.requests(query, line -> surroundings.out().println(line));
        }
      }
      return Exit.OK.code();
    }
  }
}
