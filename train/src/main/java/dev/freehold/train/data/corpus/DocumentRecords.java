package dev.freehold.train.data.corpus;

import dev.freehold.train.TrainException;
import dev.freehold.train.recipe.CorpusDescription;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// What became of each document, beside the documents: a line of JSON each, in the order of ids.
///
/// `id`, `source`, `line`, `characters`; `broken`, all rules that it breaks; and either `dropped`
/// (the first of those, `duplicate` or `near_duplicate`, the latter two with `of`, the id of the
/// document that is kept) or `number` (its place in the shards) and `tokens`.
record DocumentRecords(
    CorpusDescription description, DocumentTable table, Duplicates duplicates, int[] order) {
  private static final Rule[] RULES = Rule.values();

  /// Writes the file.
  ///
  /// @param lengths tokens of each document that is kept
  /// @return how many were dropped for what
  Map<String, Long> write(Path file, int[] lengths) {
    Map<String, Long> dropped = new TreeMap<>();
    JsonMapper mapper = JsonMapper.shared();
    long number = 0;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int document : order) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", table.id(document));
        fields.put("source", description.sources().get(table.source(document)).path());
        fields.put("line", table.line(document));
        fields.put("characters", table.characters(document));
        fields.put("broken", broken(table.broken(document)));
        String reason = reason(document, fields);
        if (reason.isEmpty()) {
          fields.put("number", number++);
          fields.put("tokens", lengths[document]);
        } else {
          dropped.merge(reason, 1L, Long::sum);
        }
        out.write(mapper.writeValueAsString(fields));
        out.write('\n');
      }
    } catch (IOException e) {
      throw new TrainException("%s: cannot be written: %s".formatted(file, e), e);
    }
    return dropped;
  }

  private static List<String> broken(long rules) {
    List<String> names = new ArrayList<>();
    for (Rule rule : RULES) {
      if ((rules & rule.bit()) != 0) {
        names.add(rule.label());
      }
    }
    return names;
  }

  /// Why a document is dropped; empty where it is kept.
  private String reason(int document, Map<String, Object> fields) {
    long broken = table.broken(document);
    String reason = "";
    int other = Duplicates.KEPT;
    if (broken != 0) {
      reason = RULES[Long.numberOfTrailingZeros(broken)].label();
    } else if (duplicates.exact(document) != Duplicates.KEPT) {
      reason = "duplicate";
      other = duplicates.exact(document);
    } else if (duplicates.near(document) != Duplicates.KEPT) {
      reason = "near_duplicate";
      other = duplicates.near(document);
    }
    if (!reason.isEmpty()) {
      fields.put("dropped", reason);
    }
    if (other != Duplicates.KEPT) {
      fields.put("of", table.id(other));
    }
    return reason;
  }
}
