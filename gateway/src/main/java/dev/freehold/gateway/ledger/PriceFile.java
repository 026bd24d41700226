package dev.freehold.gateway.ledger;

import dev.freehold.gateway.ledger.PriceTable.EnergyPrice;
import dev.freehold.gateway.ledger.PriceTable.Row;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// Reads `prices.yaml`: what models cost and how much may be spent, as docs/usage.md describes it;
/// unknown keys are refused.
///
/// Every value is read as text, so that a price is the decimal number that was written.
public final class PriceFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_ROWS = 10_000;
  private static final int MAX_PATTERN = 200;

  private final String name;
  private String currency = "";
  private Map<String, BigDecimal> rates = Map.of();

  private PriceFile(String name) {
    this.name = name;
  }

  /// What such a file says.
  ///
  /// @param tdpWatts of the processor, for estimates of energy
  public record Content(PriceTable prices, List<Budget> budgets, OptionalDouble tdpWatts) {
    public static final Content EMPTY =
        new Content(PriceTable.EMPTY, List.of(), OptionalDouble.empty());
  }

  /// Reads a file.
  ///
  /// @throws LedgerException that names file, row and key where anything is wrong
  public static Content read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new LedgerException("%s: more than %d bytes".formatted(file, MAX_BYTES));
      }
      return parse(Files.readString(file), file.toString());
    } catch (CharacterCodingException failure) {
      throw new LedgerException("%s: no UTF-8".formatted(file), failure);
    } catch (IOException failure) {
      throw new LedgerException("%s: cannot be read: %s".formatted(file, failure), failure);
    }
  }

  /// Reads the text of a file.
  ///
  /// @param name of the text in errors
  static Content parse(String text, String name) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setSchema(new FailsafeSchema())
            .setAllowDuplicateKeys(false)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(MAX_BYTES)
            .build();
    try {
      Object root = new Load(settings).loadFromString(text);
      PriceFile file = new PriceFile(name);
      return root == null ? Content.EMPTY : file.content(root);
    } catch (YamlEngineException failure) {
      throw new LedgerException("%s: no YAML: %s".formatted(name, failure.getMessage()), failure);
    }
  }

  private Content content(Object value) {
    Map<String, Object> root =
        section(
            value,
            "",
            Set.of("currency", "rates", "prices", "energy", "budgets"),
            Set.of("currency"));
    currency = currency(root.get("currency"), "currency");
    rates = rates(root.get("rates"));
    PriceTable prices =
        new PriceTable(currency, rows(root.get("prices")), energy(root.get("energy")));
    return new Content(prices, budgets(root.get("budgets")), tdpWatts(root.get("energy")));
  }

  private List<Row> rows(@Nullable Object value) {
    List<Row> rows = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<?> list = list(value, "prices");
    for (int i = 0; i < list.size(); i++) {
      Row row = row(list.get(i), "prices[%d]".formatted(i));
      if (!seen.add(row.backend() + "\n" + row.model() + "\n" + row.from())) {
        throw failure(
            "prices[%d]".formatted(i), "backend, model and from are those of an earlier row");
      }
      rows.add(row);
    }
    return rows;
  }

  private List<?> list(@Nullable Object value, String at) {
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list) || list.size() > MAX_ROWS) {
      throw failure(at, "expected a list of at most %d rows".formatted(MAX_ROWS));
    }
    return list;
  }

  private List<Budget> budgets(@Nullable Object value) {
    List<Budget> budgets = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<?> list = list(value, "budgets");
    for (int i = 0; i < list.size(); i++) {
      Budget budget = budget(list.get(i), "budgets[%d]".formatted(i));
      if (!seen.add(budget.told())) {
        throw failure("budgets[%d]".formatted(i), budget.told() + " is there already");
      }
      budgets.add(budget);
    }
    return budgets;
  }

  private Budget budget(@Nullable Object value, String at) {
    Map<String, Object> row =
        section(value, at, Set.of("key", "route", "per", "money", "tokens"), Set.of("per"));
    if (row.containsKey("key") && row.containsKey("route")) {
      throw failure(at, "expected a key, a route or neither, found both");
    }
    if (!row.containsKey("money") && !row.containsKey("tokens")) {
      throw failure(at, "expected money, tokens or both");
    }
    Budget.Scope scope =
        row.containsKey("key")
            ? Budget.Scope.KEY
            : row.containsKey("route") ? Budget.Scope.ROUTE : Budget.Scope.ALL;
    String name =
        switch (scope) {
          case KEY -> pattern(row.get("key"), at + ".key");
          case ROUTE -> pattern(row.get("route"), at + ".route");
          case ALL -> "";
        };
    return new Budget(
        scope,
        name,
        period(text(row.get("per"), at + ".per"), at + ".per"),
        row.containsKey("money")
            ? Optional.of(money(row.get("money"), at + ".money"))
            : Optional.empty(),
        row.containsKey("tokens")
            ? OptionalLong.of(tokens(text(row.get("tokens"), at + ".tokens"), at + ".tokens"))
            : OptionalLong.empty());
  }

  private Budget.Period period(String text, String at) {
    return switch (text) {
      case "day" -> Budget.Period.DAY;
      case "month" -> Budget.Period.MONTH;
      default -> throw failure(at, "expected day or month, found " + quoted(text));
    };
  }

  private Money money(@Nullable Object value, String at) {
    BigDecimal micros = number(value, at).movePointRight(6);
    return new Money(micros.setScale(0, RoundingMode.DOWN).longValueExact(), currency);
  }

  private long tokens(String text, String at) {
    if (!text.matches("\\d{1,15}")) {
      throw failure(at, "expected a number of tokens, found " + quoted(text));
    }
    return Long.parseLong(text);
  }

  private Map<String, BigDecimal> rates(@Nullable Object value) {
    Map<String, BigDecimal> read = new HashMap<>();
    if (value == null) {
      return read;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw failure("rates", "expected lines as \"USD: 0.86\"");
    }
    map.forEach((key, rate) -> {
      String from = currency(key, "rates");
      BigDecimal number = number(rate, "rates." + from);
      if (number.signum() == 0 || from.equals(currency)) {
        throw failure(
            "rates." + from, "expected what one %s is worth in %s".formatted(from, currency));
      }
      read.put(from, number);
    });
    return read;
  }

  private Row row(@Nullable Object value, String at) {
    Map<String, Object> row =
        section(
            value,
            at,
            Set.of(
                "backend", "model", "from", "currency", "input", "cached", "output", "max_output"),
            Set.of("backend", "model", "input", "output"));
    BigDecimal rate = rate(row.get("currency"), at + ".currency");
    BigDecimal input = number(row.get("input"), at + ".input").multiply(rate);
    BigDecimal cached =
        row.containsKey("cached")
            ? number(row.get("cached"), at + ".cached").multiply(rate)
            : input;
    BigDecimal output = number(row.get("output"), at + ".output").multiply(rate);
    return new Row(
        pattern(row.get("backend"), at + ".backend"),
        pattern(row.get("model"), at + ".model"),
        row.containsKey("from") ? date(row.get("from"), at + ".from") : LocalDate.EPOCH,
        new Price(input, cached, output, maxOutput(row, at), currency));
  }

  private OptionalLong maxOutput(Map<String, Object> row, String at) {
    return row.containsKey("max_output")
        ? OptionalLong.of(
            tokens(text(row.get("max_output"), at + ".max_output"), at + ".max_output"))
        : OptionalLong.empty();
  }

  private BigDecimal rate(@Nullable Object value, String at) {
    if (value == null || value.equals(currency)) {
      return BigDecimal.ONE;
    }
    String from = currency(value, at);
    BigDecimal rate = rates.get(from);
    if (rate == null) {
      throw failure(
          at,
          "there is no rate for %s; add \"rates: {%s: ...}\" in %s"
              .formatted(from, from, currency));
    }
    return rate;
  }

  private Optional<EnergyPrice> energy(@Nullable Object value) {
    if (value == null) {
      return Optional.empty();
    }
    Map<String, Object> energy = energySection(value);
    return energy.containsKey("per_kwh")
        ? Optional.of(new EnergyPrice(number(energy.get("per_kwh"), "energy.per_kwh"), currency))
        : Optional.empty();
  }

  private OptionalDouble tdpWatts(@Nullable Object value) {
    Map<String, Object> energy = value == null ? Map.of() : energySection(value);
    if (!energy.containsKey("tdp_watts")) {
      return OptionalDouble.empty();
    }
    double watts = number(energy.get("tdp_watts"), "energy.tdp_watts").doubleValue();
    if (watts < 1 || watts > 10_000) {
      throw failure("energy.tdp_watts", "expected 1 to 10000");
    }
    return OptionalDouble.of(watts);
  }

  private Map<String, Object> energySection(Object value) {
    return section(value, "energy", Set.of("per_kwh", "tdp_watts"), Set.of());
  }

  private Map<String, Object> section(
      @Nullable Object value, String at, Set<String> known, Set<String> needed) {
    String where = at.isEmpty() ? "" : at + ".";
    if (!(value instanceof Map<?, ?> map)) {
      throw failure(at, "expected lines of the form \"name: value\"");
    }
    Map<String, Object> read = new HashMap<>();
    map.forEach((key, member) -> {
      String text = String.valueOf(key);
      if (!known.contains(text)) {
        throw failure(
            where + Money.shortened(text),
            "unknown; known are: " + String.join(", ", known.stream().sorted().toList()));
      }
      if (member != null) {
        read.put(text, member);
      }
    });
    for (String key : needed) {
      if (!read.containsKey(key)) {
        throw failure(where + key, "missing");
      }
    }
    return read;
  }

  private String currency(@Nullable Object value, String at) {
    String text = text(value, at);
    if (!Money.isCurrency(text)) {
      throw failure(at, "expected three capital letters, as EUR, found " + quoted(text));
    }
    return text;
  }

  private String pattern(@Nullable Object value, String at) {
    String text = text(value, at);
    if (text.isEmpty() || text.length() > MAX_PATTERN) {
      throw failure(at, "expected 1 to %d characters".formatted(MAX_PATTERN));
    }
    return text;
  }

  private BigDecimal number(@Nullable Object value, String at) {
    String text = text(value, at);
    if (!text.matches("\\d{1,6}(\\.\\d{1,12})?")) {
      throw failure(
          at, "expected a decimal number from 0 to 999999, as 2.50, found " + quoted(text));
    }
    return new BigDecimal(text);
  }

  private LocalDate date(@Nullable Object value, String at) {
    String text = text(value, at);
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException failure) {
      throw failure(at, "expected a date, as 2026-11-01, found " + quoted(text));
    }
  }

  private String text(@Nullable Object value, String at) {
    if (value instanceof String text) {
      return text;
    }
    throw failure(at, "expected a value, found " + (value == null ? "nothing" : "something else"));
  }

  private static String quoted(String text) {
    return "\"" + Money.shortened(text) + "\"";
  }

  private LedgerException failure(String at, String message) {
    return new LedgerException(
        at.isEmpty()
            ? "%s: %s".formatted(name, message)
            : "%s: %s: %s".formatted(name, at, message));
  }
}
