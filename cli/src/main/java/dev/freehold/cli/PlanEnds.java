package dev.freehold.cli;

import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.route.Backend;
import dev.freehold.gateway.route.Route;
import dev.freehold.gateway.route.Target;
import dev.freehold.gateway.upstream.HttpUpstream;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// When models of vendors end, as the gateway's file and, where they are asked, the vendors say.
final class PlanEnds {
  private final Surroundings surroundings;
  private final Map<String, LocalDate> written;
  private final boolean isAsked;
  private final Map<String, Optional<Map<String, Optional<LocalDate>>>> lists = new HashMap<>();

  /// @param written the days of the file, by the ids of targets
  PlanEnds(Surroundings surroundings, Map<String, LocalDate> written, boolean isAsked) {
    this.surroundings = surroundings;
    this.written = written;
    this.isAsked = isAsked;
  }

  /// Of the targets of a route that are a vendor's.
  Map<String, String> of(Route route) {
    Map<String, String> ends = new LinkedHashMap<>();
    for (Target target : route.targets()) {
      if (!target.backend().isLocal()) {
        ends.put(target.id(), of(target));
      }
    }
    return ends;
  }

  private String of(Target target) {
    Optional<String> ofFile =
        Optional.ofNullable(written.get(target.id())).map(day -> left(day) + ", by the file");
    Optional<String> ofVendor = isAsked ? asked(target) : Optional.empty();
    return ofFile
        .map(file -> ofVendor.map(vendor -> file + "; " + vendor).orElse(file))
        .or(() -> ofVendor)
        .orElse("unknown");
  }

  private String left(LocalDate day) {
    long days = day.toEpochDay() - LocalDate.now(surroundings.clock()).toEpochDay();
    return "%s (%s)".formatted(day, days < 0 ? -days + " days ago" : "in " + days + " days");
  }

  private Optional<String> asked(Target target) {
    Optional<Map<String, Optional<LocalDate>>> list =
        lists.computeIfAbsent(target.backend().name(), name -> list(target.backend()));
    if (list.isEmpty()) {
      return Optional.empty();
    }
    Optional<LocalDate> day = list.get().get(target.model());
    if (day == null) {
      return Optional.of("the vendor does not list it");
    }
    return day.map(one -> left(one) + ", by the vendor");
  }

  /// A list that cannot be had is told of once.
  private Optional<Map<String, Optional<LocalDate>>> list(Backend backend) {
    if (!(backend.upstream() instanceof HttpUpstream server)) {
      return Optional.empty();
    }
    try {
      return Optional.of(server.models(backend.keys().getFirst(), backend.limits()));
    } catch (AttemptException failed) {
      surroundings
          .err()
          .println(
              "note: %s: %s"
                  .formatted(backend.name(), Failure.printable(failed.failure().message())));
      return Optional.empty();
    }
  }
}
