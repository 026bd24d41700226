package dev.freehold.agent.skill;

import dev.freehold.agent.tool.VisibleText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A `SKILL.md`: YAML between two lines of `---`, then text.
///
/// Of the YAML, `name` and `description` count; whatever else is there allows nothing.
record SkillFile(String name, String description, String body) {
  static final String NAME = "SKILL.md";
  static final int MOST_BYTES = 64 << 10;

  private static final Pattern NAMES = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_DESCRIPTION = 1_024;
  private static final String FENCE = "---";

  /// A skill that is left out, and why.
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String why) {
      super(why);
    }
  }

  /// @param folder the skill's; it carries the skill's name
  static SkillFile read(Path folder) throws Refused {
    String text = text(folder.resolve(NAME));
    int end = text.indexOf("\n" + FENCE + "\n", FENCE.length());
    if (!text.startsWith(FENCE + "\n") || end < 0) {
      throw new Refused("expected YAML between two lines of --- at its beginning");
    }
    Map<?, ?> head = head(text.substring(FENCE.length() + 1, end + 1));
    String name = text(head, "name", LONGEST_NAME);
    if (!NAMES.matcher(name).matches() || !name.equals("" + folder.getFileName())) {
      throw new Refused("name: expected the folder's name: small letters, digits and single -");
    }
    String description = text(head, "description", LONGEST_DESCRIPTION);
    String line = VisibleText.line(description.strip(), LONGEST_DESCRIPTION);
    String body = text.substring(end + FENCE.length() + 2);
    return new SkillFile(name, line, VisibleText.of(body).strip());
  }

  private static Map<?, ?> head(String yaml) throws Refused {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(NAME)
            .setAllowDuplicateKeys(false)
            .setAllowRecursiveKeys(false)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(MOST_BYTES)
            .build();
    try {
      if (new Load(settings).loadFromString(yaml) instanceof Map<?, ?> map) {
        return map;
      }
    } catch (YamlEngineException | StackOverflowError wrong) {
      throw new Refused("its YAML cannot be read");
    }
    throw new Refused("expected name and description between the lines of ---");
  }

  private static String text(Map<?, ?> head, String member, int most) throws Refused {
    if (head.get(member) instanceof String text && !text.isBlank() && text.length() <= most) {
      return text;
    }
    throw new Refused("%s: expected a text of at most %,d characters".formatted(member, most));
  }

  /// A text file that is no link, within bounds, with line breaks as this reads them.
  static String text(Path file) throws Refused {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new Refused("expected a file \"%s\" that is no link".formatted(file.getFileName()));
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new Refused("has more than %,d bytes".formatted(MOST_BYTES));
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.replace("\r\n", "\n");
    } catch (CharacterCodingException noText) {
      throw new Refused("is no UTF-8 text");
    } catch (IOException failure) {
      throw new Refused("cannot be read: " + failure.getMessage());
    }
  }
}
