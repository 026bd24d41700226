package dev.freehold.text.jinja;

import dev.freehold.text.Prompt;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A parsed template; immutable, so that it can render in many threads at once.
public final class Template {
  private final List<Stmt> body;

  private Template(List<Stmt> body) {
    this.body = body;
  }

  /// Fails with a [dev.freehold.text.TextException] that names the line.
  public static Template parse(String source) {
    return new Template(Parser.parse(source));
  }

  /// Renders with variables of two kinds: what comes with the conversation, and what comes with the
  /// model and may spell special tokens.
  ///
  /// Fails with a [dev.freehold.text.TextException] that names the line when the template refuses
  /// the conversation, uses what is not there, or exceeds its budget.
  public Prompt render(
      Map<String, JsonNode> untrusted, Map<String, String> trusted, LocalDateTime now) {
    Run run = new Run(now);
    Scope globals = new Scope(null);
    Globals.all().forEach(globals::set);
    JsonValues values = new JsonValues(run);
    untrusted.forEach((name, node) -> globals.set(name, values.value(name, node)));
    trusted.forEach((name, chars) -> globals.set(name, Text.trusted(chars)));
    Text text = new Executor(run).render(body, new Scope(globals));
    return new Prompt(text.spans());
  }
}
