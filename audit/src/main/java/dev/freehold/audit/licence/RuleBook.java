package dev.freehold.audit.licence;

import dev.freehold.audit.subject.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The rules and the known licences, as `rules.yaml` and `licences.yaml` of this module state them.
public final class RuleBook {
  private final Map<RuleId, Rule> rules = new EnumMap<>(RuleId.class);
  private final Map<String, Licence> licences = new LinkedHashMap<>();
  private final Map<String, Licence> byClaim = new HashMap<>();
  private final Set<String> openIds;

  private RuleBook() {
    Yaml.Fields stated = Yaml.parse(resource("rules.yaml"), "rules.yaml");
    stated
        .values()
        .forEach((id, node) -> {
          Rule rule = rule(RuleId.valueOf(id), (Yaml.Fields) node);
          rules.put(rule.id(), rule);
        });
    if (rules.size() != RuleId.values().length) {
      throw new IllegalStateException("rules.yaml lacks a rule");
    }
    Yaml.Fields known = Yaml.parse(resource("licences.yaml"), "licences.yaml");
    known
        .values()
        .forEach((id, node) -> {
          Licence licence = licence(id, (Yaml.Fields) node);
          licences.put(id, licence);
          byClaim.put(id.toLowerCase(Locale.ROOT), licence);
          licence.claims().forEach(claim -> byClaim.put(claim, licence));
        });
    openIds = Set.copyOf(resource("open-ids.txt").lines().filter(line -> !line.isBlank()).toList());
  }

  /// Reads the book that this module carries.
  public static RuleBook load() {
    return new RuleBook();
  }

  private static String resource(String name) {
    try (InputStream in = RuleBook.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this build carries no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Rule rule(RuleId id, Yaml.Fields fields) {
    List<String> answers = strings(fields, "answers");
    Map<String, List<Phrase>> phrases = new HashMap<>();
    if (fields.values().get("phrases") instanceof Yaml.Fields byAnswer) {
      for (String answer : byAnswer.values().keySet()) {
        if (!answers.contains(answer)) {
          throw new IllegalStateException(id + ": phrases for an answer it has not: " + answer);
        }
        phrases.put(answer, phrases(byAnswer, answer));
      }
    }
    return new Rule(
        id,
        strings(fields, "question").getFirst(),
        answers,
        Set.copyOf(strings(fields, "adverse")),
        phrases);
  }

  private Licence licence(String id, Yaml.Fields fields) {
    Map<RuleId, String> facts = new EnumMap<>(RuleId.class);
    if (fields.values().get("facts") instanceof Yaml.Fields stated) {
      for (String rule : stated.values().keySet()) {
        String answer = strings(stated, rule).getFirst();
        if (rule(RuleId.valueOf(rule)).strictness(answer) < 0) {
          throw new IllegalStateException("%s: %s has no answer %s".formatted(id, rule, answer));
        }
        facts.put(RuleId.valueOf(rule), answer);
      }
    }
    Licence.Grants grants =
        fields.values().get("grants") instanceof Yaml.Fields stated
            ? new Licence.Grants(
                strings(stated, "use").getFirst(),
                strings(stated, "modify").getFirst(),
                strings(stated, "redistribute").getFirst())
            : Licence.Grants.ALL;
    return new Licence(
        id,
        strings(fields, "name").getFirst(),
        strings(fields, "open").contains("true"),
        strings(fields, "claims"),
        phrases(fields, "marks"),
        phrases(fields, "without"),
        strings(fields, "words").stream().mapToInt(Integer::parseInt).findFirst().orElse(0),
        grants,
        facts,
        notes(fields));
  }

  private static Map<RuleId, String> notes(Yaml.Fields fields) {
    Map<RuleId, String> notes = new EnumMap<>(RuleId.class);
    if (fields.values().get("notes") instanceof Yaml.Fields stated) {
      for (String rule : stated.values().keySet()) {
        notes.put(RuleId.valueOf(rule), strings(stated, rule).getFirst());
      }
    }
    return notes;
  }

  private static List<String> strings(Yaml.Fields fields, String key) {
    return fields.texts(key).stream().map(Yaml.Text::value).toList();
  }

  private static List<Phrase> phrases(Yaml.Fields fields, String key) {
    return strings(fields, key).stream().map(Phrase::new).toList();
  }

  public Rule rule(RuleId id) {
    Rule rule = rules.get(id);
    if (rule == null) {
      throw new IllegalStateException("no rule " + id);
    }
    return rule;
  }

  /// The known licences.
  public List<Licence> licences() {
    return List.copyOf(licences.values());
  }

  /// The licence that a card means by `claim`, in any case.
  public Optional<Licence> claimed(String claim) {
    return Optional.ofNullable(byClaim.get(claim.strip().toLowerCase(Locale.ROOT)));
  }

  /// Whether an identifier is that of a licence that OSI or the FSF approved, or of an open data
  /// licence, in any case.
  public boolean isOpenId(String id) {
    String lower = id.strip().toLowerCase(Locale.ROOT);
    return openIds.contains(lower) || claimed(lower).map(Licence::open).orElse(false);
  }

  /// The licences whose marks all stand in a text, in the order of the book.
  List<Licence> recognised(Words words) {
    List<Licence> found = new ArrayList<>();
    for (Licence licence : licences.values()) {
      boolean marked = licence.marks().stream().allMatch(mark -> mark.find(words).isPresent());
      boolean other = licence.without().stream().anyMatch(mark -> mark.find(words).isPresent());
      if (marked && !other) {
        found.add(licence);
      }
    }
    return found;
  }
}
