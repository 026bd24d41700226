package dev.freehold.agent.workflow;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads workflows: keys as in docs/workflows.md, unknown ones refused.
final class WorkflowReader {
  private final String text;
  private final String file;

  WorkflowReader(String text, String file) {
    this.text = text;
    this.file = file;
  }

  Workflow workflow() {
    Section root = Section.of(file, YamlText.read(text, file), "the top level");
    String name = root.name("workflow");
    String description = root.string("description", "");
    List<String> input = root.strings("input");
    for (String one : input) {
      if (!Template.NAME.matcher(one).matches()) {
        throw root.wrong("input", "\"%s\" is no name".formatted(Shown.text(one)));
      }
    }
    Map<String, ActionSettings> actions = actions(root);
    StepReader reader = new StepReader(file, root.string("model", ""), input);
    Optional<Template> title =
        root.has("title") ? Optional.of(reader.template(root.value("title"))) : Optional.empty();
    List<StepSpec> steps = reader.steps(root, "steps");
    Optional<Template> output =
        root.has("output") ? Optional.of(reader.template(root.value("output"))) : Optional.empty();
    Optional<String> workspace =
        root.has("workspace") ? Optional.of(root.string("workspace")) : Optional.empty();
    root.requireNothingElse();
    return new Workflow(
        file,
        text,
        name,
        description,
        input,
        actions,
        new Workflow.Parts(steps, title, output, workspace));
  }

  private Map<String, ActionSettings> actions(Section root) {
    Map<String, ActionSettings> actions = new LinkedHashMap<>();
    root.named("actions")
        .forEach((name, value) -> {
          Section section = Section.of(file, value, name);
          ActionSettings settings = action(section);
          section.requireNothingElse();
          actions.put(name, settings);
        });
    return actions;
  }

  private static ActionSettings action(Section section) {
    if (section.has("folder") == section.has("post")) {
      throw section.wrong("expected either folder or post");
    }
    if (section.has("folder")) {
      return new ActionSettings.Folder(section.string("folder"));
    }
    String address = section.string("post");
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException wrong) {
      throw section.wrong("post", "\"%s\" is no address".formatted(Shown.text(address)));
    }
    boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!isHttp || uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw section.wrong(
          "post",
          "expected an address such as https://desk.example.org/answers, found \"%s\""
              .formatted(Shown.text(address)));
    }
    String variable = section.string("authorization-from", "");
    if (!variable.matches("[A-Za-z0-9_]*")) {
      throw section.wrong("authorization-from", "expected the name of an environment variable");
    }
    return new ActionSettings.Post(uri, section.flag("knows-keys", false), variable);
  }
}
