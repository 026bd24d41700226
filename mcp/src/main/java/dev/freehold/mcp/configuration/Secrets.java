package dev.freehold.mcp.configuration;

import dev.freehold.mcp.McpException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts secrets where a configuration names them: `${NAME}` is a variable of the environment, and
/// `${file:/path}` the content of a file.
public final class Secrets {
  private static final Pattern NAMED = Pattern.compile("\\$\\{([^}]*)}");
  private static final String FILE = "file:";
  private static final int MOST_BYTES = 16 << 10;

  private final Map<String, String> environment;

  public Secrets(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /// A variable of the environment, where it is set.
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name));
  }

  /// Whether a text names a secret.
  static boolean names(String text) {
    return text.contains("${");
  }

  /// The values with secrets in them.
  ///
  /// @param of what they are of, for errors
  /// @throws McpException where one is named that is not there; its value is in no message
  public Map<String, String> fill(Map<String, String> values, String of) {
    Map<String, String> filled = new TreeMap<>();
    values.forEach((name, value) -> filled.put(name, fill(value, of + ": " + name)));
    return filled;
  }

  private String fill(String value, String of) {
    StringBuilder filled = new StringBuilder();
    Matcher found = NAMED.matcher(value);
    while (found.find()) {
      found.appendReplacement(filled, Matcher.quoteReplacement(secret(found.group(1), of)));
    }
    return found.appendTail(filled).toString();
  }

  private String secret(String name, String of) {
    if (name.startsWith(FILE)) {
      return content(name.substring(FILE.length()), of);
    }
    String value = environment.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new McpException(
          "%s: the variable %s is not set; set it, or name a file as ${file:/path}"
              .formatted(of, name));
    }
    return value;
  }

  private static String content(String path, String of) {
    try {
      Path file = Path.of(path);
      if (!file.isAbsolute()) {
        throw new McpException("%s: ${file:%s}: expected an absolute path".formatted(of, path));
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(MOST_BYTES + 1);
      }
      String text = new String(bytes, StandardCharsets.UTF_8).strip();
      if (bytes.length > MOST_BYTES || text.isEmpty() || text.chars().anyMatch(c -> c < ' ')) {
        throw new McpException(
            "%s: %s: expected one line of at most %,d bytes".formatted(of, path, MOST_BYTES));
      }
      return text;
    } catch (InvalidPathException | IOException failure) {
      throw new McpException("%s: %s: cannot be read".formatted(of, path), failure);
    }
  }
}
