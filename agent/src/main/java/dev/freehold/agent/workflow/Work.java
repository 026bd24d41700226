package dev.freehold.agent.workflow;

import dev.freehold.agent.choice.ChoiceQuestion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// What a step of a workflow does.
sealed interface Work {
  /// A model answers a prompt.
  ///
  /// @param schema what the answer must be valid under, where it is JSON
  record Model(
      String model,
      Optional<Template> system,
      Template prompt,
      Optional<JsonNode> schema,
      Sampled sampled)
      implements Work {}

  /// How an answer is sampled and bounded.
  record Sampled(OptionalInt maxTokens, Optional<Double> temperature, Optional<Long> seed) {}

  /// A model chooses one of some options; a person where it is not sure enough.
  ///
  /// @param atLeast how likely an option must be
  /// @param otherwise the option that is taken where none is, in place of a person's
  record Choice(
      String model,
      String question,
      Template text,
      List<ChoiceQuestion.Option> options,
      double atLeast,
      Optional<String> otherwise)
      implements Work {}

  /// Documents are searched.
  record Documents(String index, Template query, int most) implements Work {}

  /// An agent does a task with tools in a workspace.
  ///
  /// @param allow the tools that may do all in it without asking a person
  /// @param workspace the folder it works on a copy of; empty for one without files
  /// @param hosts that its commands may reach
  record Agent(
      String model,
      Template task,
      List<String> tools,
      List<String> allow,
      Optional<Template> workspace,
      List<String> hosts)
      implements Work {}

  /// A tool is called once.
  ///
  /// @param isAllowed whether nobody is asked for leave
  record Tool(String tool, Template arguments, boolean isAllowed) implements Work {}

  /// A person decides about a payload.
  ///
  /// @param show what the person should see beside it, as the sources of a text
  /// @param tell the action that tells somebody of it
  record Wait(Template question, Template payload, Optional<Template> show, Optional<String> tell)
      implements Work {}

  /// A time passes.
  record Pause(Duration time) implements Work {}

  /// Steps are done for each item of a list.
  ///
  /// @param as what the item is called in them
  /// @param atOnce how many items at most are worked on at the same time
  record ForEach(Template items, String as, int atOnce, List<StepSpec> steps) implements Work {}

  /// One of several lists of steps is done.
  record Switch(Template on, Map<String, List<StepSpec>> cases, List<StepSpec> otherwise)
      implements Work {}

  /// Something is done elsewhere.
  record Action(String action, Given given) implements Work {}

  /// What an action is given.
  sealed interface Given {
    record Payload(Template payload) implements Given {}

    /// Exactly what a person approved; where it was skipped, nothing is done.
    ///
    /// @param step the step that waited for the person
    record Approved(String step) implements Given {}
  }
}
