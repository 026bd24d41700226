package dev.freehold.cli;

import dev.freehold.agent.instruction.Instructions;
import dev.freehold.agent.skill.SkillTool;
import dev.freehold.agent.skill.Skills;
import dev.freehold.agent.tool.AgentTool;
import java.nio.file.Path;
import java.util.List;

/// What person and project say of how work is done: instructions and skills.
record AgentKnowledge(Instructions instructions, Skills skills) {
  /// Reads what there is for a folder, and tells what is left out.
  static AgentKnowledge of(Surroundings surroundings, Path folder) {
    Path own = Configuration.folder(surroundings);
    AgentKnowledge found =
        new AgentKnowledge(
            Instructions.find(own.resolve(Instructions.NAME), folder),
            Skills.find(own.resolve("skills"), folder));
    found
        .instructions()
        .problems()
        .forEach(line -> surroundings.err().println("note: " + Failure.printable(line)));
    found
        .skills()
        .problems()
        .forEach(line -> surroundings.err().println("note: " + Failure.printable(line)));
    return found;
  }

  List<AgentTool> tools() {
    return skills.found().isEmpty() ? List.of() : List.of(new SkillTool(skills));
  }

  /// The system's words with these after them.
  String after(String system) {
    StringBuilder text = new StringBuilder(system.stripTrailing());
    for (String part : List.of(instructions.prompt(), skills.prompt())) {
      if (!part.isEmpty()) {
        text.append("\n\n").append(part.stripTrailing());
      }
    }
    return text.toString();
  }
}
