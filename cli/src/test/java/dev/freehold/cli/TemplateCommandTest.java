package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `template` renders conversations as files hold them.
class TemplateCommandTest {
  private static final String SOURCE =
      "{{ bos_token }}{% for m in messages %}[{{ m.role }}:{{ m.content }}]{% endfor %}"
          + "{% if tools %}{{ tools | length }}{% endif %}{% if deep %}!{% endif %}"
          + "{% if add_generation_prompt %}>{% endif %}{{ strftime_now('%Y-%m-%d') }}";

  @TempDir private Path home = Path.of("unset");
  private Path template = Path.of("unset");

  @BeforeEach
  void writeTemplate() throws Exception {
    template = Files.writeString(home.resolve("t.jinja"), SOURCE);
  }

  private Result render(String conversation, String... options) {
    String[] arguments = new String[4 + options.length];
    System.arraycopy(
        new String[] {"template", template.toString(), "--messages", "-"}, 0, arguments, 0, 4);
    System.arraycopy(options, 0, arguments, 4, options.length);
    return new Session(home).runWithInput(conversation, arguments);
  }

  @Test
  void rendersMessagesOnStandardInput() {
    Result result = render("[{\"role\": \"user\", \"content\": \"ä\\n\"}]");
    assertThat(result.out()).isEqualTo("[user:ä\n]>2026-01-02");
    assertThat(result.exit()).isEqualTo(Exit.OK);
  }

  @Test
  void rendersAWholeConversationAsJson() {
    Result result =
        render(
            """
            {"messages": [{"role": "user", "content": "a"}], "tools": [{}, {}],
             "add_generation_prompt": false, "kwargs": {"deep": true},
             "bos_token": "<s>", "eos_token": null, "now": "2031-02-03 04:05:06"}
            """,
            "--json");
    assertThat(result.out()).isEqualTo("{\"text\":\"<s>[user:a]2!2031-02-03\"}\n");
  }

  @Test
  void optionsOfTheCommandLineWin() {
    String conversation =
        "{\"messages\": [], \"bos_token\": \"x\", \"now\": \"2031-02-03 04:05:06\"}";
    assertThat(render(conversation, "--bos", "y", "--now", "2040-01-01T00:00:00").out())
        .isEqualTo("y>2040-01-01");
  }

  @Test
  void badInputSaysWhatIsWrong() {
    assertThat(render("[{]").err()).contains("line 1, column 3");
    assertThat(render("{\"messages\": [], \"extra\": 1}").err()).contains("extra");
    assertThat(render("{\"messages\": [], \"now\": \"noon\"}").err()).contains("now: expected");
    assertThat(render("{\"messages\": [], \"bos_token\": 1}").err())
        .contains("bos_token: expected");
    assertThat(render("").err().lines()).hasSize(1);
  }
}
