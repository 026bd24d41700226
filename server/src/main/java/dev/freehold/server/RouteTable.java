package dev.freehold.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Finds the route of a request.
///
/// Paths are compared as they were sent: no dots, double slashes or encoded slashes are resolved,
/// so nothing reaches a route but its own path.
final class RouteTable {
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})|%00");

  /// A route of a dialect, with what its placeholders stand for.
  record Match(Dialect dialect, Route route, Map<String, String> parameters) {}

  private record Entry(Dialect dialect, Route route, List<String> segments) {}

  private final List<Entry> entries = new ArrayList<>();

  RouteTable(List<Dialect> dialects) {
    for (Dialect dialect : dialects) {
      for (Route route : dialect.routes()) {
        Entry entry = new Entry(dialect, route, List.of(route.path().split("/", -1)));
        entries.add(route.header().isEmpty() ? entries.size() : 0, entry);
      }
    }
  }

  /// All routes, in the order in which they are tried.
  List<Route> all() {
    return entries.stream().map(Entry::route).toList();
  }

  /// @param hasHeader whether the request has a header of this name
  Optional<Match> find(String method, String path, Predicate<String> hasHeader) {
    for (Entry entry : entries) {
      Route route = entry.route();
      if (route.method().equals(method)
          && (route.header().isEmpty() || hasHeader.test(route.header()))) {
        Optional<Map<String, String>> parameters = parameters(entry, path);
        if (parameters.isPresent()) {
          return Optional.of(new Match(entry.dialect(), route, parameters.get()));
        }
      }
    }
    return Optional.empty();
  }

  /// The methods that a path has routes for.
  List<String> methods(String path) {
    TreeSet<String> methods = new TreeSet<>();
    for (Entry entry : entries) {
      if (parameters(entry, path).isPresent()) {
        methods.add(entry.route().method());
      }
    }
    return List.copyOf(methods);
  }

  /// The dialect in whose words errors of a path are told: the one with the most segments in common
  /// from the left.
  Optional<Dialect> nearest(String path, Predicate<String> hasHeader) {
    List<String> segments = List.of(path.split("/", -1));
    Dialect nearest = null;
    int most = -1;
    for (Entry entry : entries) {
      String header = entry.route().header();
      int same =
          header.isEmpty() || hasHeader.test(header) ? common(entry.segments(), segments) : -1;
      if (same > most) {
        most = same;
        nearest = entry.dialect();
      }
    }
    return Optional.ofNullable(nearest);
  }

  private static int common(List<String> left, List<String> right) {
    int same = 0;
    while (same < Math.min(left.size(), right.size()) && left.get(same).equals(right.get(same))) {
      same++;
    }
    return same;
  }

  private static Optional<Map<String, String>> parameters(Entry entry, String path) {
    List<String> wanted = entry.segments();
    String[] found = path.split("/", -1);
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      String segment = wanted.get(i);
      if (i >= found.length) {
        return Optional.empty();
      }
      if (segment.endsWith("...}")) {
        String rest = String.join("/", List.of(found).subList(i, found.length));
        parameters.put(segment.substring(1, segment.length() - 4), decoded(rest));
        return rest.isEmpty() ? Optional.empty() : Optional.of(parameters);
      }
      if (segment.startsWith("{") && !found[i].isEmpty()) {
        parameters.put(segment.substring(1, segment.length() - 1), decoded(found[i]));
      } else if (!segment.equals(found[i])) {
        return Optional.empty();
      }
    }
    return found.length == wanted.size() ? Optional.of(parameters) : Optional.empty();
  }

  private static String decoded(String segment) {
    if (BAD_ESCAPE.matcher(segment).find()) {
      throw new ServerException(
          Problem.Kind.INVALID_REQUEST, "the path holds an escape that is no character");
    }
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
