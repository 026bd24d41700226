package dev.freehold.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// An MCP server that keeps notes as files, as a program that needs nothing but Java: `create`
/// gives a note's id, `delete` removes a note, `hang` creates one and never answers.
final class SmallNotesServer {
  private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|\\d+),");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]*)\"");
  private static final Pattern TOOL = Pattern.compile("\"name\":\"(create|delete|hang)\"");
  private static final Pattern NOTE = Pattern.compile("\"(?:text|note)\":\"([^\"]*)\"");

  private SmallNotesServer() {}

  /// Starts it, as a configuration has it.
  static List<String> argv(Path folder) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        Path.of(System.getProperty("freehold.root"), "cli/target/test-classes").toString(),
        SmallNotesServer.class.getName(),
        folder.toString());
  }

  public static void main(String... words) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Matcher id = ID.matcher(line);
      Matcher method = METHOD.matcher(line);
      if (id.find() && method.find()) {
        System.out.println(
            "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}"
                .formatted(id.group(1), result(method.group(1), line, Path.of(words[0]))));
        System.out.flush();
      }
    }
  }

  private static String result(String method, String line, Path folder) throws IOException {
    return switch (method) {
      case "initialize" ->
          "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
              + "\"serverInfo\":{\"name\":\"notes\",\"version\":\"1\"}}";
      case "tools/list" ->
          "{\"tools\":[%s,%s,%s]}"
              .formatted(tool("create", "text"), tool("delete", "note"), tool("hang", "text"));
      default -> called(word(TOOL, line), word(NOTE, line), folder);
    };
  }

  private static String tool(String name, String argument) {
    return ("{\"name\":\"%s\",\"description\":\"Notes.\",\"inputSchema\":{\"type\":\"object\","
            + "\"properties\":{\"%s\":{\"type\":\"string\"}}}}")
        .formatted(name, argument);
  }

  private static String word(Pattern pattern, String line) {
    Matcher found = pattern.matcher(line);
    return found.find() ? found.group(1) : "";
  }

  private static String called(String tool, String argument, Path folder) throws IOException {
    if (tool.equals("delete")) {
      boolean wasThere = Files.deleteIfExists(folder.resolve(argument));
      return "{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"isError\":%s}"
          .formatted(wasThere ? "deleted " + argument : "no such note", !wasThere);
    }
    Files.createDirectories(folder);
    String note;
    try (Stream<Path> notes = Files.list(folder)) {
      note = "note-" + (notes.count() + 1);
    }
    Files.writeString(folder.resolve(note), argument);
    if (tool.equals("hang")) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
    return ("{\"content\":[{\"type\":\"text\",\"text\":\"created\"}],"
            + "\"structuredContent\":{\"note\":\"%s\"}}")
        .formatted(note);
  }
}
