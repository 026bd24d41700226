package dev.freehold.agent.workflow;

import dev.freehold.tensor.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A workflow as its file says it.
///
/// @param file where it was read, for errors
/// @param text of the file
/// @param input the names that an input must have
/// @param actions that the file sets up
/// @param output what a run comes to; its last step where nothing is said
public record Workflow(
    String file,
    String text,
    String name,
    String description,
    List<String> input,
    Map<String, ActionSettings> actions,
    Parts parts) {
  /// The steps and what is made of them.
  public static final class Parts {
    private final List<StepSpec> steps;
    private final Optional<Template> title;
    private final Optional<Template> output;
    private final Optional<String> workspace;

    Parts(
        List<StepSpec> steps,
        Optional<Template> title,
        Optional<Template> output,
        Optional<String> workspace) {
      this.steps = List.copyOf(steps);
      this.title = title;
      this.output = output;
      this.workspace = workspace;
    }

    List<StepSpec> steps() {
      return steps;
    }

    Optional<Template> title() {
      return title;
    }

    Optional<Template> output() {
      return output;
    }
  }

  public Workflow {
    input = List.copyOf(input);
    actions = Map.copyOf(actions);
  }

  /// Reads a file.
  ///
  /// @throws WorkflowException that names the line where something is wrong
  public static Workflow read(Path file) {
    if (Files.isDirectory(file)) {
      throw new WorkflowException(file + ": is a folder; expected a file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(YamlText.MAX_CHARACTERS + 1);
      if (bytes.length > YamlText.MAX_CHARACTERS) {
        throw new WorkflowException(
            "%s: a workflow has at most %,d bytes".formatted(file, YamlText.MAX_CHARACTERS));
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return parse(text, file.toString());
    } catch (NoSuchFileException failure) {
      throw new WorkflowException(file + ": there is no such file", failure);
    } catch (CharacterCodingException failure) {
      throw new WorkflowException(file + ": a workflow is a text in UTF-8", failure);
    } catch (IOException failure) {
      throw new WorkflowException("%s: cannot be read: %s".formatted(file, failure), failure);
    }
  }

  /// Reads a text.
  ///
  /// @param file names it in errors
  public static Workflow parse(String text, String file) {
    return new WorkflowReader(text, file).workflow();
  }

  /// SHA-256 of the text, by which a change is noticed.
  public String digest() {
    return Sha256.of(text);
  }

  /// How many steps there are, those within others too.
  public int size() {
    return count(parts.steps());
  }

  private static int count(List<StepSpec> steps) {
    int sum = 0;
    for (StepSpec step : steps) {
      sum += 1;
      if (step.work() instanceof Work.ForEach each) {
        sum += count(each.steps());
      } else if (step.work() instanceof Work.Switch choice) {
        sum += choice.cases().values().stream().mapToInt(Workflow::count).sum();
        sum += count(choice.otherwise());
      }
    }
    return sum;
  }

  /// The folder that its tools work on a copy of, as the file names it; empty for one without
  /// files.
  public Optional<String> workspace() {
    return parts.workspace;
  }

  /// The tools that its steps call.
  public Set<String> tools() {
    Set<String> tools = new TreeSet<>();
    addTools(parts.steps(), tools);
    return tools;
  }

  private static void addTools(List<StepSpec> steps, Set<String> tools) {
    for (StepSpec step : steps) {
      switch (step.work()) {
        case Work.Tool tool -> tools.add(tool.tool());
        case Work.ForEach each -> addTools(each.steps(), tools);
        case Work.Switch choice -> {
          choice.cases().values().forEach(one -> addTools(one, tools));
          addTools(choice.otherwise(), tools);
        }
        case Work.Model _,
            Work.Choice _,
            Work.Agent _,
            Work.Documents _,
            Work.Wait _,
            Work.Pause _,
            Work.Action _ -> {}
      }
    }
  }

  /// The models that its steps name; those that name none are not among them.
  public Set<String> models() {
    Set<String> models = new TreeSet<>();
    addModels(parts.steps(), models);
    return models;
  }

  private static void addModels(List<StepSpec> steps, Set<String> models) {
    for (StepSpec step : steps) {
      switch (step.work()) {
        case Work.Model model -> models.add(model.model());
        case Work.Choice choice -> models.add(choice.model());
        case Work.Agent agent -> models.add(agent.model());
        case Work.ForEach each -> addModels(each.steps(), models);
        case Work.Switch choice -> {
          choice.cases().values().forEach(one -> addModels(one, models));
          addModels(choice.otherwise(), models);
        }
        case Work.Documents _, Work.Tool _, Work.Wait _, Work.Pause _, Work.Action _ -> {}
      }
    }
    models.remove("");
  }
}
