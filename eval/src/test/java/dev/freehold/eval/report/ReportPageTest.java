package dev.freehold.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.FinishReason;
import dev.freehold.eval.Outcome;
import dev.freehold.eval.Reply;
import dev.freehold.eval.Settings;
import dev.freehold.eval.judge.Preference;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.record.PairResult;
import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.RunHeader;
import dev.freehold.eval.record.TaskText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The page of runs: what it shows, and that hostile text does nothing in it.
class ReportPageTest {
  private static final String HOSTILE =
      "</pre></details></svg></style></title><script>alert(1)</script><img src=x onerror=alert(1)>"
          + "\" onmouseover=\"alert(1)' x='&lt;\u202e\u0000\u0007\ud800 ]]> <!-- {{x}} %s %n";

  private static final Set<String> ELEMENTS =
      Set.of(
          "!DOCTYPE",
          "html",
          "meta",
          "title",
          "style",
          "h1",
          "h2",
          "p",
          "b",
          "span",
          "table",
          "tr",
          "th",
          "td",
          "svg",
          "text",
          "path",
          "circle",
          "rect",
          "details",
          "summary",
          "pre");

  private static final Set<String> ATTRIBUTES =
      Set.of(
          "html",
          "lang",
          "charset",
          "http-equiv",
          "content",
          "name",
          "class",
          "xmlns",
          "viewBox",
          "role",
          "x",
          "y",
          "d",
          "cx",
          "cy",
          "r",
          "width",
          "height",
          "text-anchor",
          "dir");

  private static RecordedRun run(String text, String started, int right) {
    List<RunHeader.Backend> backends =
        List.of(new RunHeader.Backend(text + "1", text), new RunHeader.Backend(text + "2", text));
    RunHeader header =
        new RunHeader(
            "run" + text,
            Instant.parse(started),
            text,
            text,
            "d",
            4,
            backends,
            text + "2",
            Optional.of(new RunHeader.Backend(text, text)),
            Settings.DEFAULT);
    List<ItemResult> items = new ArrayList<>();
    for (RunHeader.Backend backend : backends) {
      for (int i = 0; i < 4; i++) {
        items.add(
            new ItemResult(
                new ItemResult.TaskName(text + i, "d", text + i % 2, i % 2 == 0 ? text : "de"),
                backend.name(),
                i < right ? Outcome.RIGHT : i == 3 ? Outcome.ERROR : Outcome.WRONG,
                text,
                Optional.of(
                    new Reply(text, List.of(new Reply.Call(text, text)), FinishReason.TOOL_CALLS)),
                ItemResult.Took.only(12)));
      }
    }
    PairResult pair =
        new PairResult(
            items.getFirst().task(),
            text + "1",
            text + "2",
            Preference.FIRST,
            Preference.SECOND,
            Preference.INCONSISTENT,
            text);
    return new RecordedRun(
        header, Map.of(text + 0, new TaskText(text + 0, text, text, text)), items, List.of(pair));
  }

  private static Set<String> found(String page, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(page);
    Set<String> names = new TreeSet<>();
    matcher.results().forEach(result -> names.add(result.group(1)));
    return names;
  }

  @Test
  void hostileTextDoesNothing() {
    RecordedRun one = run(HOSTILE, "2026-01-02T03:04:05Z", 2);
    RecordedRun two = run(HOSTILE, "2026-01-03T03:04:05Z", 3);
    String page = ReportPage.html(List.of(two, one));
    assertThat(ELEMENTS).containsAll(found(page, "<(!?[A-Za-z]\\w*)"));
    assertThat(found(page, "</(\\w+)")).isSubsetOf(ELEMENTS);
    Set<String> attributes = new TreeSet<>();
    Matcher tags =
        Pattern.compile("<!?\\w+((?:\\s+[\\w-]+(?:=\"[^\"<>]*\")?)*)\\s*>|<").matcher(page);
    while (tags.find()) {
      if (tags.group(1) == null) {
        assertThat(page.substring(tags.start(), tags.start() + 2)).matches("</|<[a-z]");
      } else {
        attributes.addAll(found(tags.group(1).replaceAll("\"[^\"]*\"", ""), "([\\w-]+)"));
      }
    }
    assertThat(ATTRIBUTES).containsAll(attributes);
    assertThat(page)
        .contains("default-src 'none'", "&lt;script&gt;alert(1)", "\\u{202e}", "\\u{0}")
        .doesNotContain("<script", "\u202e", "\u0000", "{{x}}}");
    assertThat(page.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http://", "https://");
  }

  @Test
  void thePageShowsScoresDifferencesAndReplies() {
    String page =
        ReportPage.html(
            List.of(
                run("größe", "2026-01-02T03:04:05Z", 2), run("größe", "2026-01-03T03:04:05Z", 3)));
    assertThat(page)
        .contains(
            "Right replies over time",
            "2026-01-02T03:04:05Z",
            "3/4  75.0 %",
            "Right replies by language",
            "Difference from größe2",
            "Time for an answer",
            "picked what it saw first in 100 %",
            "<summary>größe3 &middot; größe1: error &middot; größe2: error</summary>");
  }

  @Test
  void longRepliesAndManyTasksStayInBounds() {
    RecordedRun run = run("x".repeat(50_000), "2026-01-02T03:04:05Z", 1);
    assertThat(ReportPage.html(List.of(run)).length()).isLessThan(400_000);
  }
}
