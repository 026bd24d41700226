package dev.freehold.engine.constraint;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The formats of JSON Schema as patterns; each describes texts that every reading of the format
/// takes, not all that some reading takes.
///
/// Source: JSON Schema Validation 2020-12, section 7.3; RFC 3339, 3986, 4122, 5321, 6901.
final class Formats {
  private static final String DATE =
      "(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))"
          + "|(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])"
          + "|(?:0[48]|[2468][048]|[13579][26])00)-02-29)";
  private static final String TIME =
      "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?" + "(?:Z|[+-](?:0\\d|1[0-3]):[0-5]\\d)";
  private static final String DURATION_DATE =
      "(?:\\d{1,4}Y(?:\\d{1,4}M(?:\\d{1,4}D)?)?|\\d{1,4}M(?:\\d{1,4}D)?|\\d{1,4}D)";
  private static final String DURATION_TIME =
      "T(?:\\d{1,4}H(?:\\d{1,4}M(?:\\d{1,4}S)?)?|\\d{1,4}M(?:\\d{1,4}S)?|\\d{1,4}S)";
  private static final String LABEL = "[A-Za-z](?:-?[A-Za-z0-9]){0,20}";
  private static final String HOST = LABEL + "(?:\\." + LABEL + "){0,5}";
  private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final String IPV4 = BYTE + "(?:\\." + BYTE + "){3}";
  private static final String IPV6 = ipv6();
  private static final String PATH_CHARACTER = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})";
  private static final String PATH =
      "(?:/" + PATH_CHARACTER + "*)*(?:\\?" + PATH_CHARACTER + "*)?(?:#" + PATH_CHARACTER + "*)?";
  private static final String URI =
      "[A-Za-z][A-Za-z0-9]{1,15}://" + HOST + "(?::[1-9]\\d{0,3})?" + PATH;
  private static final String POINTER = "(?:/(?:[^~/]|~[01])*)*";

  private static final Map<String, String> PATTERNS =
      Map.ofEntries(
          Map.entry("date", DATE),
          Map.entry("time", TIME),
          Map.entry("date-time", DATE + "T" + TIME),
          Map.entry(
              "duration",
              "P(?:"
                  + DURATION_DATE
                  + "(?:"
                  + DURATION_TIME
                  + ")?|"
                  + DURATION_TIME
                  + "|\\d{1,4}W)"),
          Map.entry("uuid", "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
          Map.entry("email", email()),
          Map.entry("idn-email", email()),
          Map.entry("hostname", HOST),
          Map.entry("idn-hostname", HOST),
          Map.entry("ipv4", IPV4),
          Map.entry("ipv6", IPV6),
          Map.entry("uri", URI),
          Map.entry("iri", URI),
          Map.entry("uri-reference", "(?:" + URI + "|/[A-Za-z0-9]{1,20}" + PATH + ")"),
          Map.entry("iri-reference", "(?:" + URI + "|/[A-Za-z0-9]{1,20}" + PATH + ")"),
          Map.entry("json-pointer", POINTER),
          Map.entry("relative-json-pointer", "(?:0|[1-9]\\d{0,8})(?:#|" + POINTER + ")"));

  private static final Set<String> UNSUPPORTED = Set.of("regex", "uri-template");

  private Formats() {}

  private static String email() {
    return "[A-Za-z0-9]{1,20}(?:[._+-][A-Za-z0-9]{1,10}){0,3}@"
        + "(?:[A-Za-z](?:-?[A-Za-z0-9]){0,20}\\.){1,4}(?:com|org|net|edu|gov|io|info|eu|de|fr|uk)";
  }

  private static String ipv6() {
    String group = "[0-9a-fA-F]{1,4}";
    StringBuilder all = new StringBuilder("(?:(?:" + group + ":){7}" + group);
    for (int before = 1; before <= 6; before++) {
      all.append("|(?:%s:){1,%d}(?::%s){1,%d}".formatted(group, before, group, 7 - before));
    }
    return all + "|(?:%s:){1,7}:|:(?::%s){1,7}|::)".formatted(group, group);
  }

  /// The pattern of a format; empty for a name that JSON Schema does not define, which says
  /// nothing.
  static Optional<String> pattern(Located format, Meter meter) {
    String name = format.node().stringValue();
    if (UNSUPPORTED.contains(name)) {
      throw meter.refusal(
          format.pointer(), "the format \"%s\" is not supported; leave it out".formatted(name));
    }
    return Optional.ofNullable(PATTERNS.get(name));
  }
}
