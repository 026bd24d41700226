package dev.freehold.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An MCP server of one tool, as a program that needs nothing but Java: the tool gives back its
/// first word.
final class SmallToolServer {
  private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|\\d+)");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]*)\"");

  private SmallToolServer() {}

  /// Starts it, as a configuration has it.
  static List<String> argv(String word) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        Path.of(System.getProperty("freehold.root"), "cli/target/test-classes").toString(),
        SmallToolServer.class.getName(),
        word);
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
                .formatted(id.group(1), result(method.group(1), words[0])));
        System.out.flush();
      }
    }
  }

  private static String result(String method, String word) {
    return switch (method) {
      case "initialize" ->
          "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
              + "\"serverInfo\":{\"name\":\"small\",\"version\":\"1\"}}";
      case "tools/list" ->
          "{\"tools\":[{\"name\":\"word\",\"description\":\"Says "
              + word
              + ".\\nAnd more.\",\"inputSchema\":{\"type\":\"object\",\"properties\":"
              + "{\"text\":{\"type\":\"string\"},\"far\":{}},\"required\":[\"text\"]}}]}";
      default -> "{\"content\":[{\"type\":\"text\",\"text\":\"" + word + "\"}]}";
    };
  }
}
