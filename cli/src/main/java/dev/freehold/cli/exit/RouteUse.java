package dev.freehold.cli.exit;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// What a route was used for: who answered, for which keys, and what requests asked for.
public final class RouteUse {
  private static final int MOST_NAMES = 1000;
  private static final String OTHERS = "(others)";

  private final SortedMap<String, Spent> targets = new TreeMap<>();
  private final SortedSet<String> vendors = new TreeSet<>();
  private final SortedMap<String, Spent> keys = new TreeMap<>();
  private final SortedMap<String, Long> needs = new TreeMap<>();
  private final Spent all = new Spent();
  private long longest;
  private long recorded;

  /// Adds a request as a line of `usage export` has it.
  public void add(JsonNode request) {
    all.add(request);
    String backend = request.path("backend").asString("");
    if (!backend.isEmpty()) {
      spent(targets, backend + "/" + request.path("model").asString("")).add(request);
      if (!request.path("local").asBoolean(false)) {
        vendors.add(backend);
      }
    }
    String key = request.path("key").asString("");
    spent(keys, key.isEmpty() ? "(no key)" : key).add(request);
    long tokens =
        request.path("prompt_tokens").asLong(0) + request.path("completion_tokens").asLong(0);
    longest = Math.max(longest, tokens);
  }

  private static Spent spent(SortedMap<String, Spent> sums, String name) {
    String kept = sums.containsKey(name) || sums.size() < MOST_NAMES ? name : OTHERS;
    return sums.computeIfAbsent(kept, any -> new Spent());
  }

  /// Adds what a recorded request asks for, as a line of `usage export --requests` has it.
  public void addRecorded(JsonNode line) {
    recorded++;
    JsonNode request = line.path("request");
    if (!request.path("tools").isEmpty()) {
      needs.merge("tools", 1L, Long::sum);
    }
    if (request.path("response_format").isObject()) {
      needs.merge("schema", 1L, Long::sum);
    }
    if (request.path("structured_outputs").isObject()) {
      needs.merge("guided", 1L, Long::sum);
    }
    for (JsonNode message : request.path("messages")) {
      for (JsonNode part : message.path("content")) {
        if (part.path("type").asString("").equals("image_url")) {
          needs.merge("images", 1L, Long::sum);
          return;
        }
      }
    }
  }

  public Spent all() {
    return all;
  }

  /// By `backend/model`.
  public SortedMap<String, Spent> targets() {
    return targets;
  }

  /// Backends of other people that answered or were asked last.
  public SortedSet<String> vendors() {
    return vendors;
  }

  public SortedMap<String, Spent> keys() {
    return keys;
  }

  /// How many recorded requests ask for what: `tools`, `schema`, `guided`, `images`.
  public SortedMap<String, Long> needs() {
    return needs;
  }

  /// Of how many requests that is known.
  public long recorded() {
    return recorded;
  }

  /// The most tokens of a request and its answer, as whoever answered counted them.
  public long longest() {
    return longest;
  }
}
