package dev.freehold.agent.tool;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Finds lines that match a regular expression, or files whose paths match a pattern.
public final class SearchTool implements AgentTool {
  private static final int MOST_MATCHES = 100;
  private static final int MOST_FILES = 200_000;
  private static final long MOST_BYTES = 512L << 20;
  private static final int MAX_FILE = 4 << 20;
  private static final int MAX_LINE = 240;

  @Override
  public Tool definition() {
    return new Tool(
        "search",
        "Finds lines by a regular expression; without \"pattern\", files by \"files\".",
        Arguments.schema(
            "pattern?",
            "string",
            "regular expression, or plain text",
            "files?",
            "string",
            "pattern of paths, as **/*.java",
            "path?",
            "string",
            "folder to search, default all"));
  }

  @Override
  public Effect effect(JsonNode arguments, ToolContext context) {
    Arguments.requireKnown(arguments, List.of("pattern", "files", "path"));
    Place place = Place.of(context.workspace(), Arguments.text(arguments, "path", "."));
    if (!arguments.hasNonNull("pattern") && !arguments.hasNonNull("files")) {
      throw new ToolException("give \"pattern\", what to find, or \"files\", which files to list");
    }
    String sought =
        Stream.of("pattern", "files")
            .map(name -> Arguments.text(arguments, name, ""))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(" in "));
    return new Effect(Effect.Reach.NOTHING, Effect.Subject.path(place.path()), sought);
  }

  @Override
  public ToolOutcome run(JsonNode arguments, ToolContext context) {
    Place start = Place.of(context.workspace(), Arguments.text(arguments, "path", "."));
    Optional<LinePattern> pattern =
        arguments.hasNonNull("pattern")
            ? Optional.of(LinePattern.of(Arguments.text(arguments, "pattern")))
            : Optional.empty();
    Search search =
        new Search(pattern, glob(Arguments.text(arguments, "files", "")), context.cancellation());
    try {
      search.visit(start.file(), start.path());
    } catch (LinePattern.TooManyStepsException tooLong) {
      return new ToolOutcome(
          search.text() + "\n[stopped: this pattern takes too long; use one without nested + or *]",
          true,
          arguments.path("none"));
    } catch (IOException failure) {
      throw new ToolException("the search failed: " + failure, failure);
    }
    return ToolOutcome.of(search.text());
  }

  /// A pattern without folders is meant for files in all of them.
  private static Optional<PathGlob> glob(String pattern) {
    if (pattern.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new PathGlob(pattern.indexOf('/') < 0 ? "**/" + pattern : pattern));
  }

  /// A walk over files, as far as it goes.
  private static final class Search {
    private final Optional<LinePattern> pattern;
    private final Optional<PathGlob> glob;
    private final Cancellation cancellation;
    private final StringBuilder found = new StringBuilder();
    private int matches;
    private int files;
    private long bytes;
    private String end = "";

    Search(Optional<LinePattern> pattern, Optional<PathGlob> glob, Cancellation cancellation) {
      this.pattern = pattern;
      this.glob = glob;
      this.cancellation = cancellation;
    }

    String text() {
      if (matches == 0) {
        return "(nothing found in %,d files)%s".formatted(files, end);
      }
      return found.toString().stripTrailing() + end;
    }

    void visit(Path place, String path) throws IOException {
      if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        for (Path child : children(place)) {
          if (!end.isEmpty()) {
            return;
          }
          String name = String.valueOf(child.getFileName());
          if (!name.equals(".git")) {
            visit(child, path.isEmpty() ? name : path + "/" + name);
          }
        }
      } else if (Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
        file(place, path);
      }
    }

    private static List<Path> children(Path folder) throws IOException {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
        List<Path> children = new ArrayList<>();
        stream.forEach(children::add);
        children.sort(null);
        return children;
      }
    }

    private void file(Path file, String path) throws IOException {
      if (glob.isPresent() && !glob.get().matches(path)) {
        return;
      }
      files++;
      if (cancellation.isCancelled()) {
        end = "\n[stopped by the person]";
      } else if (files > MOST_FILES || bytes > MOST_BYTES) {
        end = "\n[stopped after %,d files; name a folder]".formatted(files - 1);
      } else if (pattern.isEmpty()) {
        add(path);
      } else {
        lines(file, path, pattern.get());
      }
    }

    private void lines(Path file, String path, LinePattern wanted) throws IOException {
      if (Files.size(file) > MAX_FILE) {
        return;
      }
      byte[] content;
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        content = in.readNBytes(MAX_FILE);
      }
      bytes += content.length;
      Optional<String> text = TextFile.text(content);
      if (text.isEmpty()) {
        return;
      }
      List<String> lines = TextFile.lines(text.get());
      for (int i = 0; i < lines.size() && end.isEmpty(); i++) {
        if (wanted.find(lines.get(i))) {
          add("%s:%d: %s".formatted(path, i + 1, shortened(lines.get(i))));
        }
      }
    }

    private static String shortened(String line) {
      String cut = line.strip();
      return cut.length() <= MAX_LINE
          ? cut
          : cut.substring(0, MAX_LINE)
              + String.format(Locale.ROOT, " [... %,d more]", cut.length() - MAX_LINE);
    }

    private void add(String line) {
      found.append(line).append('\n');
      matches++;
      if (matches == MOST_MATCHES) {
        end = "\n[stopped after %d matches; say it more precisely]".formatted(MOST_MATCHES);
      }
    }
  }
}
