package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.StrictJson;
import dev.freehold.text.ChatTemplate;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.Conversation;
import dev.freehold.text.Tokenizer;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `freehold template`: a conversation as the prompt that a model sees.
@Command(
    name = "template",
    description = {
      "Renders a conversation with the model's chat template.",
      "FILE holds an array of messages, or an object with messages and, where wanted, tools,"
          + " documents, add_generation_prompt, kwargs (more variables for the template),"
          + " bos_token, eos_token and now."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  echo '[{\"role\": \"user\", \"content\": \"Hi\"}]' | freehold template MODEL --messages -"
    })
final class TemplateCommand implements Callable<Integer> {
  /// A conversation and what a template is told beside it.
  private record Request(
      Conversation conversation,
      Optional<String> bosToken,
      Optional<String> eosToken,
      LocalDateTime now) {}

  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "MODEL",
      description = "A model: a path, or a name that list shows; or a .jinja file.")
  private String model = "";

  @Option(
      names = "--messages",
      required = true,
      paramLabel = "FILE",
      description = "The conversation as JSON; - is standard input.")
  private String messages = "";

  @Option(names = "--json", description = "Print {\"text\": ...}.")
  private boolean json;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Which template, where the model has several by name.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--bos",
      paramLabel = "TOKEN",
      description = "bos_token of the template; the model's own by default.")
  private Optional<String> bos = Optional.empty();

  @Option(
      names = "--eos",
      paramLabel = "TOKEN",
      description = "eos_token of the template; the model's own by default.")
  private Optional<String> eos = Optional.empty();

  @Option(
      names = "--now",
      paramLabel = "TIME",
      description = "What the template takes for the time, as 2026-01-02T03:04:05.")
  private Optional<String> now = Optional.empty();

  TemplateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    JsonNode root =
        StrictJson.parse(UserInput.bytes(surroundings, messages), messages, Conversation.LIMITS);
    Request request;
    ChatTemplate template;
    if (model.toLowerCase(Locale.ROOT).endsWith(".jinja")) {
      template = ChatTemplate.parse(ChatTemplates.readSource(Path.of(model)));
      request = request(root, Optional.empty(), Optional.empty());
    } else {
      FoundModel found = Models.find(surroundings, model);
      Tokenizer tokenizer = ModelText.tokenizer(found);
      request = request(root, markOf(tokenizer, true), markOf(tokenizer, false));
      template = choose(ModelText.templates(found), request.conversation().tools().isPresent());
    }
    String text =
        template
            .render(request.conversation(), request.bosToken(), request.eosToken(), request.now())
            .text();
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> printer.field("text", text));
      }
    } else {
      surroundings.out().print(text);
    }
    return Exit.OK.code();
  }

  private static Optional<String> markOf(Tokenizer tokenizer, boolean begin) {
    var id = begin ? tokenizer.bosId() : tokenizer.eosId();
    return id.isPresent() ? Optional.of(tokenizer.tokenText(id.getAsInt())) : Optional.empty();
  }

  private ChatTemplate choose(ChatTemplates templates, boolean withTools) {
    Optional<ChatTemplate> chosen =
        name.isPresent() ? templates.named(name.get()) : templates.find(withTools);
    return chosen.orElseThrow(() ->
        new CliException(
            templates.sources().isEmpty()
                ? "the model \"" + model + "\" has no chat template"
                : "the model \"%s\" has no chat template \"%s\"; it has: %s"
                    .formatted(
                        model,
                        name.orElse("default"),
                        String.join(", ", templates.sources().keySet()))));
  }

  /// Takes what is no part of the conversation out of the file; options of the command line win.
  private Request request(JsonNode root, Optional<String> modelBos, Optional<String> modelEos) {
    Map<String, Optional<String>> fields =
        Map.of(
            "bos_token", taken(root, "bos_token"),
            "eos_token", taken(root, "eos_token"),
            "now", taken(root, "now"));
    return new Request(
        Conversation.parse(root, messages),
        bos.or(() -> fields.get("bos_token")).or(() -> modelBos),
        eos.or(() -> fields.get("eos_token")).or(() -> modelEos),
        now.or(() -> fields.get("now"))
            .map(TemplateCommand::time)
            .orElseGet(() -> LocalDateTime.now(surroundings.clock())));
  }

  private Optional<String> taken(JsonNode root, String field) {
    if (!(root instanceof ObjectNode object) || !object.has(field)) {
      return Optional.empty();
    }
    JsonNode value = object.remove(field);
    if (value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw new CliException(
          "%s: %s: expected a string, found %s".formatted(messages, field, value.getNodeType()));
    }
    return Optional.of(value.stringValue());
  }

  private static LocalDateTime time(String text) {
    try {
      return LocalDateTime.parse(text.strip().replace(' ', 'T'));
    } catch (DateTimeException failure) {
      throw new CliException(
          "now: expected a time such as 2026-01-02T03:04:05, found \"" + text + "\"", failure);
    }
  }
}
