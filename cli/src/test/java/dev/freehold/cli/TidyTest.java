package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Reads the source tree and holds it to the rules of CONTRIBUTING.md and to the module table of
/// ARCHITECTURE.md.
class TidyTest {
  private static final Path ROOT = Path.of(System.getProperty("freehold.root"));

  private static final int MAX_FUNCTION_LINES = 70;
  private static final int MAX_FILE_LINES = 500;
  private static final int MAX_PARAMETERS = 6;

  /// A kernel names each array it works on and the range in it.
  private static final int MAX_KERNEL_PARAMETERS = 8;

  private static final int MAX_COLUMNS = 100;

  /// Files of data, which a table makes long, and one of loops that must not be split to be fast.
  private static final Set<String> LONG_FILES = Set.of("IqGrids.java", "VectorDirectDot.java");

  /// Files that quote published patterns, which read best whole.
  private static final Set<String> WIDE_FILES =
      Set.of("PreTokenizerPatterns.java", "RegexTest.java", "TokenizerJsonFuzzTest.java");

  /// Loops whose vectors would be boxed if they left the function: file and name.
  private static final Set<String> LONG_FUNCTIONS =
      Set.of(
          "VectorDirectDot.java#q4k",
          "VectorDirectDot.java#q6k",
          "VectorDotTile.java#multiply",
          "VectorProductTile.java#multiply",
          "VectorProductTile.java#multiplyPacked",
          "VectorNarrowTile.java#multiply",
          "VectorNarrowTile.java#multiplyPacked");

  private static final Pattern BANNED_WORD =
      Pattern.compile(
          "(?:^|[a-z0-9_.])?(Util|Utils|Common|Helper|Helpers|Manager|Misc|Impl|Abstract)"
              + "(?![a-z])");

  private static final Pattern BANNED_PACKAGE =
      Pattern.compile("\\b(util|utils|common|helper|helpers|manager|misc|impl|core|base)\\b");

  /// What each module may require of the others; reading on is allowed where it is transitive.
  private static final Map<String, Set<String>> MAY_REQUIRE =
      Map.ofEntries(
          Map.entry("tensor", Set.of()),
          Map.entry("kernel", Set.of("tensor")),
          Map.entry("text", Set.of("tensor")),
          Map.entry("model", Set.of("tensor", "kernel")),
          Map.entry("chat", Set.of()),
          Map.entry("engine", Set.of("chat", "model", "text")),
          Map.entry("hub", Set.of("tensor")),
          Map.entry("api", Set.of("chat", "engine", "model", "hub")),
          Map.entry("examples", Set.of("api")),
          Map.entry("server", Set.of("chat", "tensor")),
          Map.entry("gateway", Set.of("chat", "sqlite", "tensor")),
          Map.entry("eval", Set.of("chat", "tensor")),
          Map.entry("agent", Set.of("chat", "sqlite", "tensor")),
          Map.entry("documents", Set.of("chat", "tensor")),
          Map.entry("desk", Set.of("agent", "tensor")),
          Map.entry("mcp", Set.of("agent", "chat", "tensor")),
          Map.entry("vault", Set.of("hub", "tensor")),
          Map.entry("audit", Set.of("tensor")),
          Map.entry("langchain4j", Set.of("api")),
          Map.entry("train", Set.of("tensor", "kernel", "text", "model")),
          Map.entry(
              "cli",
              Set.of(
                  "tensor",
                  "kernel",
                  "text",
                  "model",
                  "chat",
                  "engine",
                  "hub",
                  "server",
                  "gateway",
                  "eval",
                  "agent",
                  "mcp",
                  "documents",
                  "desk",
                  "train",
                  "vault",
                  "audit")),
          Map.entry(
              "bench",
              Set.of(
                  "tensor",
                  "kernel",
                  "text",
                  "model",
                  "chat",
                  "engine",
                  "hub",
                  "train",
                  "vault",
                  "documents",
                  "agent",
                  "cli")));

  /// A function as found in a file: its name, first line and length in lines.
  private record Function(Path file, String name, int line, int length, int parameters) {}

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      List<Path> sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !ROOT.relativize(file).toString().contains("target"))
              .filter(file -> !ROOT.relativize(file).startsWith(".git"))
              .sorted()
              .toList();
      assertThat(sources).hasSizeGreaterThan(20);
      return sources;
    }
  }

  private static String at(Path file, int line) {
    return ROOT.relativize(file) + ":" + line;
  }

  @Test
  void functionsAreShort() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : sources()) {
      for (Function function : functions(file)) {
        String name = file.getFileName() + "#" + function.name();
        if (function.length() > MAX_FUNCTION_LINES && !LONG_FUNCTIONS.contains(name)) {
          tooLong.add(at(file, function.line()) + " " + name + ": " + function.length());
        }
      }
    }
    assertThat(tooLong).as("functions above %d lines", MAX_FUNCTION_LINES).isEmpty();
  }

  @Test
  void functionsTakeFewParameters() throws IOException {
    List<String> tooMany = new ArrayList<>();
    for (Path file : sources()) {
      for (Function function : functions(file)) {
        int most = moduleOf(file).equals("kernel") ? MAX_KERNEL_PARAMETERS : MAX_PARAMETERS;
        if (function.parameters() > most) {
          tooMany.add(at(file, function.line()) + " " + function.name());
        }
      }
    }
    assertThat(tooMany).as("functions with more parameters than %d", MAX_PARAMETERS).isEmpty();
  }

  @Test
  void filesAreShortAndLinesNarrow() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      List<String> lines = Files.readAllLines(file);
      if (lines.size() > MAX_FILE_LINES && !LONG_FILES.contains(file.getFileName().toString())) {
        found.add(at(file, lines.size()) + " lines");
      }
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (line.codePointCount(0, line.length()) > MAX_COLUMNS
            && !line.contains("://")
            && !WIDE_FILES.contains(file.getFileName().toString())) {
          found.add(at(file, i + 1) + " is wider than " + MAX_COLUMNS + " columns");
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void namesSayWhatThingsAre() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      String name = file.getFileName().toString();
      if (BANNED_WORD.matcher(name).find()) {
        found.add(at(file, 1));
      }
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).startsWith("package ") && BANNED_PACKAGE.matcher(lines.get(i)).find()) {
          found.add(at(file, i + 1) + " " + lines.get(i));
        }
      }
    }
    assertThat(found).as("names that say nothing").isEmpty();
  }

  @Test
  void nothingIsLeftForLaterOrTiedToAMachine() throws IOException {
    Pattern unfinished = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    Pattern machine = Pattern.compile("/(ho" + "me|Us" + "ers)/[a-z]|/wo" + "rk/");
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (unfinished.matcher(line).find() || machine.matcher(line).find()) {
          found.add(at(file, i + 1) + " " + line.strip());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void everyTypeSaysWhatItIs() throws IOException {
    Pattern type =
        Pattern.compile(
            "^(?:public |protected |private |static |final |sealed |non-sealed |abstract )*"
                + "(?:class|interface|record|enum|@interface|open module|module) [\\w.]+.*");
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (!file.toString().endsWith("Test.java")
            && type.matcher(lines.get(i)).matches()
            && !isDocumented(lines, i)) {
          found.add(at(file, i + 1) + " " + lines.get(i));
        }
      }
    }
    assertThat(found).as("types without a sentence that says what they are").isEmpty();
  }

  private static boolean isDocumented(List<String> lines, int line) {
    for (int i = line - 1; i >= 0; i--) {
      String above = lines.get(i).strip();
      if (above.startsWith("///")) {
        return true;
      }
      if (above.isEmpty() || above.startsWith("import ") || above.startsWith("package ")) {
        return false;
      }
    }
    return false;
  }

  @Test
  void modulesRequireOnlyWhatTheTableAllows() throws IOException {
    Pattern requires = Pattern.compile("requires (?:static |transitive )*dev\\.freehold\\.(\\w+);");
    Map<String, Set<String>> found = new TreeMap<>();
    for (Path file : sources()) {
      if (file.endsWith("src/main/java/module-info.java")) {
        String module = moduleOf(file);
        Matcher matcher = requires.matcher(Files.readString(file));
        found.put(module, matcher.results().map(r -> r.group(1)).collect(Collectors.toSet()));
      }
    }
    assertThat(found.keySet()).contains("tensor", "kernel", "text", "model", "engine", "cli");
    found.put("langchain4j", dependencies(ROOT.resolve("langchain4j/pom.xml")));
    found.forEach((module, required) ->
        assertThat(MAY_REQUIRE.getOrDefault(module, Set.of()))
            .as("what module %s may require", module)
            .containsAll(required));
  }

  /// The modules of this project that a module without `module-info.java` is built with.
  private static Set<String> dependencies(Path pom) throws IOException {
    Set<String> found =
        Pattern.compile(
                "<dependency>\\s*<groupId>dev\\.freehold</groupId>(.*?)</dependency>",
                Pattern.DOTALL)
            .matcher(Files.readString(pom))
            .results()
            .map(r -> r.group(1))
            .filter(dependency -> !dependency.contains("<scope>test</scope>"))
            .map(dependency -> dependency.replaceAll("(?s).*<artifactId>(.*)</artifactId>.*", "$1"))
            .collect(Collectors.toSet());
    assertThat(found).as("%s", pom).isNotEmpty();
    return found;
  }

  @Test
  void onlyTheKernelUsesTheVectorApi() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      if (!Set.of("kernel", "bench").contains(moduleOf(file))
          && Files.readAllLines(file).stream()
              .anyMatch(l -> l.startsWith("import jdk.incubator"))) {
        found.add(at(file, 1));
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void onlyTheCommandLineReadsEnvironmentAndClock() throws IOException {
    Pattern reading =
        Pattern.compile(
            "System\\.(getenv|currentTimeMillis|in\\b)|(Instant|LocalDate\\w*)\\.now\\(\\)");
    Path doorway = ROOT.resolve("api/src/main/java/dev/freehold/api/OpenedModel.java");
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      boolean shipped = ROOT.relativize(file).toString().contains("/main/");
      if (shipped && !Set.of("cli", "bench").contains(moduleOf(file)) && !file.equals(doorway)) {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
          if (reading.matcher(lines.get(i)).find()) {
            found.add(at(file, i + 1) + " " + lines.get(i).strip());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private static String moduleOf(Path file) {
    return ROOT.relativize(file).getName(0).toString();
  }

  @Test
  void everyModuleIsInTheArchitecture() throws IOException {
    String architecture = Files.readString(ROOT.resolve("ARCHITECTURE.md"));
    assertThat(architecture.lines().count()).isLessThanOrEqualTo(300);
    MAY_REQUIRE.keySet().forEach(m -> assertThat(architecture).contains("| `" + m + "` |"));
  }

  @Test
  void documentsNameTestsAndFilesThatExist() throws IOException {
    Set<String> names =
        sources().stream()
            .map(file -> file.getFileName().toString().replace(".java", ""))
            .collect(Collectors.toSet());
    List<String> missing = new ArrayList<>();
    for (String document :
        List.of(
            "README.md",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "docs/invariants.md")) {
      Path path = ROOT.resolve(document);
      String text = Files.readString(path);
      Pattern.compile("`([A-Z][A-Za-z0-9]+Test)`")
          .matcher(text)
          .results()
          .map(r -> r.group(1))
          .filter(test -> !names.contains(test))
          .forEach(test -> missing.add(document + ": " + test));
      Pattern.compile("\\]\\(([^):#]+)\\)")
          .matcher(text)
          .results()
          .map(r -> r.group(1))
          .filter(link -> !Files.exists(path.resolveSibling(link)))
          .forEach(link -> missing.add(document + ": " + link));
    }
    assertThat(missing).isEmpty();
  }

  /// The functions of a file, by the layout that google-java-format gives: a signature that ends in
  /// `{` and, at the same indentation, its closing brace.
  private static List<Function> functions(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<Function> functions = new ArrayList<>();
    Pattern start = Pattern.compile("^( {2,6})(?:[@\\w].*?)?\\b(\\w+)\\((.*)$");
    for (int i = 0; i < lines.size(); i++) {
      Matcher matcher = start.matcher(lines.get(i));
      if (!matcher.matches() || lines.get(i).contains(" = ") || isStatement(lines.get(i))) {
        continue;
      }
      int open = i;
      StringBuilder signature = new StringBuilder(matcher.group(3));
      while (open < lines.size() && !lines.get(open).endsWith("{") && !ends(lines.get(open))) {
        open++;
        signature.append(open < lines.size() ? lines.get(open).strip() : "");
      }
      if (open >= lines.size() || !lines.get(open).endsWith("{")) {
        continue;
      }
      String close = matcher.group(1) + "}";
      int end = open + 1;
      while (end < lines.size() && !lines.get(end).equals(close)) {
        end++;
      }
      boolean isEnumConstant = matcher.group(2).matches("[A-Z][A-Z0-9_]+");
      if (end < lines.size() && !isEnumConstant) {
        functions.add(
            new Function(
                file, matcher.group(2), i + 1, end - i + 1, parameters(signature.toString())));
      }
    }
    return functions;
  }

  private static boolean ends(String line) {
    return line.endsWith(";") || line.endsWith("}") || line.endsWith(",");
  }

  private static boolean isStatement(String line) {
    String text = line.strip();
    return Stream.of(
                "if ",
                "for ",
                "while ",
                "switch ",
                "return ",
                "try ",
                "} ",
                "case ",
                "//",
                "new ",
                "throw ",
                "super(",
                "this(",
                "@",
                "synchronized ",
                "record ")
            .anyMatch(text::startsWith)
        || text.contains(" record ")
        || text.toLowerCase(Locale.ROOT).contains("->");
  }

  /// Commas at the top level of a parameter list, plus one.
  private static int parameters(String signature) {
    int depth = 0;
    int count = 0;
    boolean any = false;
    for (char c : signature.toCharArray()) {
      if (c == ')' && depth == 0) {
        break;
      }
      depth += c == '<' || c == '(' || c == '[' ? 1 : c == '>' || c == ')' || c == ']' ? -1 : 0;
      count += c == ',' && depth == 0 ? 1 : 0;
      any |= !Character.isWhitespace(c);
    }
    return any ? count + 1 : 0;
  }
}
