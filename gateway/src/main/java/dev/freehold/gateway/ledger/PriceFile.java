package dev.freehold.gateway.ledger;

import dev.freehold.gateway.ledger.PriceTable.EnergyPrice;
import dev.freehold.gateway.ledger.PriceTable.Row;
import java.io.IOException;
import java.math.BigDecimal;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// Reads `prices.yaml`: what models cost, as docs/usage.md describes it; unknown keys are refused.
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

  /// Reads a file.
  ///
  /// @throws LedgerException that names file, row and key where anything is wrong
  public static PriceTable read(Path file) {
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
  static PriceTable parse(String text, String name) {
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
      return root == null ? PriceTable.EMPTY : file.table(root);
    } catch (YamlEngineException failure) {
      throw new LedgerException("%s: no YAML: %s".formatted(name, failure.getMessage()), failure);
    }
  }

  private PriceTable table(Object value) {
    Map<String, Object> root =
        section(value, "", Set.of("currency", "rates", "prices", "energy"), Set.of("currency"));
    currency = currency(root.get("currency"), "currency");
    rates = rates(root.get("rates"));
    List<Row> rows = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Object listed = root.getOrDefault("prices", List.of());
    if (!(listed instanceof List<?> list) || list.size() > MAX_ROWS) {
      throw failure("prices", "expected a list of at most %d rows".formatted(MAX_ROWS));
    }
    for (int i = 0; i < list.size(); i++) {
      Row row = row(list.get(i), "prices[%d]".formatted(i));
      if (!seen.add(row.backend() + "\n" + row.model() + "\n" + row.from())) {
        throw failure(
            "prices[%d]".formatted(i), "backend, model and from are those of an earlier row");
      }
      rows.add(row);
    }
    return new PriceTable(currency, rows, energy(root.get("energy")));
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
            Set.of("backend", "model", "from", "currency", "input", "cached", "output"),
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
        new Price(input, cached, output, currency));
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
    Map<String, Object> energy = section(value, "energy", Set.of("per_kwh"), Set.of("per_kwh"));
    return Optional.of(new EnergyPrice(number(energy.get("per_kwh"), "energy.per_kwh"), currency));
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
