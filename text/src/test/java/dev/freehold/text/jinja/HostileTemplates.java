package dev.freehold.text.jinja;

import dev.freehold.text.TextException;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;

/// Templates that try to take all time, all memory or the stack; run as a program of its own with a
/// small heap, it prints a line for each that is not stopped as it should be.
final class HostileTemplates {
  private static final long MAX_NANOS = 1_000_000_000;
  private static final String GROWING = "{% set ns = namespace(s='aaaaaaaaaaaaaaaa', l=[1]) %}";
  private static final String OFTEN = "{% for i in range(100000) %}";

  private HostileTemplates() {}

  /// Templates of family T2: never-ending, or exponential in time, text, lists or numbers.
  static Map<String, String> endless() {
    Map<String, String> all = new LinkedHashMap<>();
    loops(all);
    texts(all);
    values(all);
    work(all);
    return all;
  }

  private static void loops(Map<String, String> all) {
    all.put("nested loops", OFTEN + OFTEN + "{% endfor %}{% endfor %}");
    all.put("loops that compute", OFTEN + OFTEN + "{% set x = i * i %}{% endfor %}{% endfor %}");
    all.put("loops that print", OFTEN + OFTEN + "0123456789 {% endfor %}{% endfor %}");
    all.put("range(10**9)", "{% for i in range(10**9) %}{% endfor %}");
    all.put("recursion", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}");
    all.put("two recursions", "{% macro m(x) %}{{ m(x) }}{{ m(x) }}{% endmacro %}{{ m(1) }}");
    all.put(
        "recursion through callers",
        "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}");
    all.put("recursive loop", "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}");
    all.put("long sum", "{{ " + "1+".repeat(40_000) + "1 }}");
    all.put("long path", "{{ messages" + ".a".repeat(40_000) + " }}");
    all.put("deep parentheses", "{{ " + "(".repeat(10_000) + "1" + ")".repeat(10_000) + " }}");
    all.put("deep blocks", "{% if 1 %}".repeat(10_000));
    all.put("too long", "x".repeat(2_000_000));
    all.put("too many words", "{{ 1 }}".repeat(60_000));
  }

  private static void texts(Map<String, String> all) {
    for (String doubled :
        new String[] {
          "ns.s + ns.s",
          "ns.s ~ ns.s",
          "ns.s|replace('a', 'aa')",
          "[ns.s, ns.s]|join",
          "'%s%s' % (ns.s, ns.s)",
          "'{0}{0}'.format(ns.s)",
          "ns.s.join(['', ns.s, ''])",
          "ns.s * 2",
          "ns.s|indent(ns.s)|string + ns.s"
        }) {
      all.put(doubled, GROWING + OFTEN + "{% set ns.s = " + doubled + " %}{% endfor %}{{ ns.s }}");
    }
    all.put(
        "doubling block",
        GROWING + OFTEN + "{% set ns.s %}{{ ns.s }}{{ ns.s }}{% endset %}{% endfor %}");
    for (String wide :
        new String[] {
          "'a' * 10**9",
          "'a' * 10**99",
          "[1] * 10**9",
          "'a\\nb'|indent(10**9)",
          "[[1]]|tojson(indent=10**9)",
          "'a'|center(10**9)",
          "'a'.ljust(10**9)",
          "'a'.zfill(10**9)",
          "'%1000000000d' % 1",
          "'%.1000000000d' % 1",
          "'%*d' % (10**9, 1)",
          "'%.1000000000f' % 1",
          "[1]|batch(10**9, 'x')|list",
          "[1]|slice(10**9)|list",
          "strftime_now('%c' * 100000)",
          "'a'.replace('', 'b' * 10**9)"
        }) {
      all.put(wide, "{{ " + wide + " }}");
    }
  }

  private static void values(Map<String, String> all) {
    for (String power :
        new String[] {
          "10 ** (10**9)", "(10 ** 4000) ** 4000", "1.5|round(10**9)", "2 ** -(10**400)"
        }) {
      all.put(power, "{{ " + power + " }}");
    }
    all.put(
        "squares",
        "{% set ns = namespace(x=10) %}" + OFTEN + "{% set ns.x = ns.x * ns.x %}{% endfor %}");
    for (String nested :
        new String[] {
          "ns.l + ns.l", "[ns.l, ns.l]", "{'a': ns.l, 'b': ns.l}", "(ns.l, ns.l)",
          "{'a': ns.l}.values()", "ns.l|map('string')", "ns.l|select", "[ns]",
          "namespace(p=ns.l)", "cycler(ns.l)", "range(1000)|list", "ns.l + ['x' * 10000]"
        }) {
      String last = nested.equals("[ns]") ? "ns.l == [ns.l] or ns.l|tojson" : "ns.l|list|string";
      all.put(
          nested,
          GROWING
              + OFTEN
              + OFTEN
              + "{% set ns.l = "
              + nested
              + " %}{% endfor %}{% endfor %}{{ "
              + last
              + " }}");
    }
    for (String use : new String[] {"ns.l", "ns.l|tojson", "ns.l == ns.s", "{ns.s: 1}"}) {
      String pair = use.startsWith("{") ? "(ns.s, ns.s)" : "[ns.s, ns.s]";
      all.put(
          "shared lists in " + use,
          "{% set ns = namespace(s=(1,), l=(1,)) %}{% for i in range(100) %}{% set ns.s = "
              + pair
              + " %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ "
              + use
              + " }}");
    }
    all.put(
        "macros that keep their scope",
        GROWING
            + OFTEN
            + OFTEN
            + "{% set o = ns.l %}{% macro m() %}{% endmacro %}{% set ns.l = m %}"
            + "{% endfor %}{% endfor %}");
  }

  private static void work(Map<String, String> all) {
    String setup =
        "{% set h = 'ab' * 300000 %}{% set n = 'ab' * 100000 + 'c' %}"
            + "{% set b = 10 ** 4000 %}{% set e = '\\U0001F600' * 300000 %}{% set d = '1' * 4000 %}"
            + "{% set w = ' ' * 600000 %}{% set r = range(50000)|list %}{% set g = 'a' * 600000 %}";
    for (String slow :
        new String[] {
          "n in h",
          "h.rfind(n)",
          "h.split('a')",
          "h.split()",
          "w.split()",
          "w.strip()",
          "h.upper()",
          "h|title",
          "h[1:]",
          "h == h + ''",
          "h.startswith(g)",
          "g.isdigit()",
          "g.islower()",
          "g|wordcount",
          "e[i]",
          "e|length",
          "(e + i|string)|length",
          "e[::-1]",
          "h.removeprefix('a')",
          "h|reverse",
          "h.count('b')",
          "h.replace('a', 'a')",
          "h|e",
          "b|string",
          "b * 1 // 3",
          "b < 1.5",
          "d|int",
          "h|int",
          "g|float",
          "b|tojson",
          "r|sort",
          "r|unique|list",
          "r|sum",
          "r|join",
          "1 in r|reverse",
          "r == r + [1]",
          "{h + i|string: 1}",
          "strftime_now('%c%c%c%c')",
          "h|tojson",
          "h|string|indent",
          "(h ~ i)|first",
          "dict([(1, 2)] * 1000)",
          "h|list",
          "'%s' % h",
          "h.splitlines()"
        }) {
      all.put(slow, setup + OFTEN + OFTEN + "{% set x = " + slow + " %}{% endfor %}{% endfor %}");
    }
  }

  /// Prints the name of every template that fails to be stopped in time with an error that names a
  /// line, and last how many there were.
  public static void main(String[] arguments) {
    Map<String, String> templates = endless();
    templates.forEach((name, source) -> {
      String problem = timed(source);
      // Some times more, since another program may have held the processor.
      for (int i = 0; i < 5 && !problem.isEmpty(); i++) {
        problem = timed(source);
      }
      if (!problem.isEmpty()) {
        System.out.println(name + ": " + problem);
      }
    });
    System.out.println(templates.size() + " templates");
  }

  private static String timed(String source) {
    long start = System.nanoTime();
    String problem = run(source);
    long nanos = System.nanoTime() - start;
    return nanos > MAX_NANOS ? problem + " after " + nanos / 1_000_000 + " ms" : problem;
  }

  private static String run(String source) {
    try {
      int length =
          Template.parse(source)
              .render(Map.of(), Map.of(), LocalDateTime.of(2026, 1, 2, 3, 4, 5))
              .text()
              .length();
      return "rendered " + length + " characters";
    } catch (TextException e) {
      boolean located = String.valueOf(e.getMessage()).startsWith("chat template, line ");
      return located ? "" : "the error names no line: " + e.getMessage();
    } catch (OutOfMemoryError | StackOverflowError e) {
      return e.toString();
    }
  }
}
