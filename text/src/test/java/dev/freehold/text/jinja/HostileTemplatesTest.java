package dev.freehold.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.StrictJson;
import dev.freehold.text.Prompt;
import dev.freehold.text.TextException;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/// Templates that mean harm: they see nothing but data, and are stopped in time.
class HostileTemplatesTest {
  private static final Map<String, JsonNode> VARIABLES =
      Map.of(
          "messages",
          StrictJson.parse(
              "[{\"role\": \"user\", \"content\": \"Hi\"}]".getBytes(StandardCharsets.UTF_8),
              "messages"));

  private static Prompt render(String source) {
    return Template.parse(source)
        .render(VARIABLES, Map.of("bos_token", "<s>"), LocalDateTime.of(2026, 1, 2, 3, 4, 5));
  }

  private static void assertRefused(String source, String reason) {
    assertThatThrownBy(() -> render("line one\n" + source))
        .isInstanceOf(TextException.class)
        .hasMessageStartingWith("chat template, line 2: ")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''.__class__",
        "''.__class__.__mro__",
        "[].__class__.__base__.__subclasses__()",
        "messages.__class__",
        "messages[0].__class__",
        "messages[0]['__class__']",
        "range.__globals__",
        "cycler.__init__.__globals__",
        "namespace.__init__",
        "raise_exception.__self__",
        "(messages|map(attribute='__class__')|list)",
        "(messages|map(attribute='content.__class__')|list)",
        "(messages|sort(attribute='__class__'))",
        "(messages|selectattr('__class__')|list)",
        "(messages|groupby('__class__'))",
        "1 .__class__",
        "none.__class__",
        "'{0.__class__}'.format(1)",
        "'{0[0]}'.format([1])",
        "'%(a.__class__)s' % {'a': 1}"
      })
  void t1ReachesNoInternals(String expression) {
    assertThatThrownBy(() -> render("line one\n{{ " + expression + " }}"))
        .isInstanceOf(TextException.class)
        .hasMessageStartingWith("chat template, line 2: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "messages.getClass()",
        "''.getClass()",
        "''.chars()",
        "messages.items.getClass()",
        "messages[0].class.name",
        "self._TemplateReference__context",
        "lipsum.x",
        "''|attr('x')",
        "''.format_map({})",
        "''.encode()",
        "messages.append(1)",
        "messages[0].update({})",
        "messages[0].pop('role')",
        "messages|pprint",
        "config.items()",
        "request.args",
        "url_for.x",
        "messages[0].clear()",
        "open('/etc/passwd')",
        "env('PATH')",
        "''.translate({})"
      })
  void t1CallsNothingThatIsNotThere(String expression) {
    assertThatThrownBy(() -> render("line one\n{{ " + expression + " }}"))
        .isInstanceOf(TextException.class)
        .hasMessageStartingWith("chat template, line 2: ");
  }

  @Test
  void t2IsStoppedWithinOneSecondAnd64MiB() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx72m",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                HostileTemplates.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.strip()).isEqualTo(HostileTemplates.endless().size() + " templates");
  }

  /// Where the classes lie that a program on the class path needs.
  private static String classPath() {
    Set<String> places = new TreeSet<>();
    for (Class<?> type :
        List.of(
            HostileTemplates.class,
            Template.class,
            StrictJson.class,
            JsonNode.class,
            JsonParser.class,
            com.fasterxml.jackson.annotation.JsonIgnore.class)) {
      String name = type.getName().replace('.', '/') + ".class";
      URL url = type.getResource("/" + name);
      String place = String.valueOf(url).replaceFirst("!?/" + name + "$", "");
      places.add(Path.of(URI.create(place.replaceFirst("^jar:", ""))).toString());
    }
    return String.join(File.pathSeparator, places);
  }

  @Test
  void t3StandsAlone() {
    assertRefused("{% include '/etc/passwd' %}", "'include' is not allowed");
    assertRefused("{% import 'x' as y %}", "'import' is not allowed");
    assertRefused("{% from 'x' import y %}", "'from' is not allowed");
    assertRefused("{% extends 'x' %}", "'extends' is not allowed");
    assertRefused("{% block x %}{% endblock %}", "'block' is not allowed");
    assertRefused("{% do messages.append(1) %}", "unknown statement 'do'");
  }

  @Test
  void budgetsGrowWithTheConversation() {
    StringBuilder messages = new StringBuilder("[");
    for (int i = 0; i < 2000; i++) {
      messages.append(i == 0 ? "" : ",").append("{\"role\": \"user\", \"content\": \"");
      messages.append("word ".repeat(200)).append("\"}");
    }
    Map<String, JsonNode> variables =
        Map.of(
            "messages",
            StrictJson.parse(
                messages.append("]").toString().getBytes(StandardCharsets.UTF_8), "messages"));
    String source =
        """
        {%- set ns = namespace(out='') -%}
        {%- for m in messages -%}
          {%- set ns.out = ns.out + '<' + m.role + '>' + m.content.strip() -%}
          {%- for o in messages if loop.first -%}{%- endfor -%}
        {%- endfor -%}
        {{- ns.out -}}
        """
            .replace(" if loop.first", "[loop.index0:][:5]");
    Prompt prompt =
        Template.parse(source).render(variables, Map.of(), LocalDateTime.of(2026, 1, 2, 3, 4, 5));
    assertThat(prompt.text()).hasSize(2000 * ("<user>".length() + 999));
  }

  @Test
  void deepTemplatesFitASmallStack() throws InterruptedException {
    StringBuilder found = new StringBuilder();
    String source =
        "{% macro m(n) %}{% if n %}{{ [[(m(n - 1)|trim)|string]]|join }}{% endif %}{% endmacro %}"
            + "{{ m(1000) }}";
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                found.append(render(source).text());
              } catch (TextException e) {
                found.append(e.getMessage());
              }
            },
            "small stack",
            512 * 1024);
    thread.start();
    thread.join();
    assertThat(found).contains("nest too deeply");
  }
}
