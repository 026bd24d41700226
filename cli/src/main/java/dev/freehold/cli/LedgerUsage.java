package dev.freehold.cli;

import dev.freehold.gateway.ledger.LedgerException;
import dev.freehold.gateway.ledger.Usage;
import dev.freehold.gateway.ledger.UsageJson;
import dev.freehold.gateway.ledger.UsageQuery;
import dev.freehold.gateway.ledger.UsageReader;
import dev.freehold.server.Problem;
import dev.freehold.server.ServerException;
import dev.freehold.server.page.UsageSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the page of usage shows, from a ledger's file.
///
/// The file is read by one request at a time, and an answer serves for some seconds, so that a page
/// that is asked for again and again does not keep the disk busy.
final class LedgerUsage implements UsageSource {
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final int MOST_KEPT = 50;

  private final Path file;
  private final Surroundings surroundings;
  private final Clock clock;
  private final EvaluatedModels evaluated;
  private final Map<Question, Kept> kept = new LinkedHashMap<>();

  /// An answer and when it was given.
  private record Kept(Instant time, JsonNode answer) {}

  /// @param file of the ledger, which need not be there yet
  LedgerUsage(Surroundings surroundings, Path file) {
    this.surroundings = surroundings;
    this.file = file;
    this.clock = surroundings.clock();
    this.evaluated = new EvaluatedModels(EvalFolder.standard(surroundings));
  }

  @Override
  public synchronized JsonNode usage(Question question) {
    if (!Files.exists(file)) {
      return NONE.usage(question);
    }
    Instant now = clock.instant();
    kept.values().removeIf(answer -> Duration.between(answer.time(), now).compareTo(FRESH) > 0);
    Kept known = kept.get(question);
    if (known == null) {
      known = new Kept(now, read(question, now));
      if (kept.size() < MOST_KEPT) {
        kept.put(question, known);
      }
    }
    return known.answer();
  }

  private JsonNode read(Question question, Instant now) {
    LocalDate first = LocalDate.ofInstant(now, clock.getZone()).minusDays(question.days() - 1);
    UsageQuery days =
        new UsageQuery(
            UsageQuery.By.DAY,
            first.atStartOfDay(clock.getZone()).toInstant(),
            now.plusSeconds(1),
            question.caller(),
            clock.getZone());
    UsageQuery groups =
        new UsageQuery(
            by(question), days.since(), days.until(), question.caller(), clock.getZone());
    try (UsageReader reader = open()) {
      ObjectNode told = JsonNodeFactory.instance.objectNode();
      told.put("zone", clock.getZone().getId()).put("first_day", first.toString());
      Usage daily = reader.read(days);
      told.set("days", UsageJson.of(daily, days));
      told.set("groups", UsageJson.of(reader.read(groups), groups));
      if (question.caller().isEmpty()) {
        told.set("evaluations", evaluated.tell());
      }
      return told;
    } catch (LedgerException failure) { // names the file, which callers need not know
      throw new ServerException(
          Problem.Kind.UNAVAILABLE, "the ledger cannot be read; freehold usage says why");
    }
  }

  private UsageReader open() {
    LedgerPlaces.useSqlite(surroundings);
    return UsageReader.open(file);
  }

  private static UsageQuery.By by(Question question) {
    return switch (question.by()) {
      case ROUTE -> UsageQuery.By.ROUTE;
      case BACKEND -> UsageQuery.By.BACKEND;
      case MODEL -> UsageQuery.By.MODEL;
      case KEY -> UsageQuery.By.KEY;
    };
  }
}
