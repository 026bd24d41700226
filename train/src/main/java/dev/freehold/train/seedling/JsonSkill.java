package dev.freehold.train.seedling;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writing JSON from sentences and reading values from JSON; of training only.
final class JsonSkill implements Skill {
  private static final List<String> WISHES =
      List.of(
          "Write this as JSON: {fact}", "Turn this into JSON: {fact}", "As JSON, please: {fact}");

  @Override
  public Exercise draw(Draw draw, Side side) {
    return switch (draw.below(4)) {
      case 0 -> words(draw);
      case 1 -> value(draw, side);
      default -> object(draw, side);
    };
  }

  private static ObjectNode person(Draw draw, Side side) {
    ObjectNode person = JsonNodeFactory.instance.objectNode();
    person.put("name", SlotKind.PERSON.draw(draw, side));
    person.put("age", draw.between(5, 90));
    person.put("job", draw.pick(World.JOBS));
    person.put("town", SlotKind.TOWN.draw(draw, side));
    return person;
  }

  private static Exercise object(Draw draw, Side side) {
    ObjectNode person = person(draw, side);
    String fact =
        Wording.fill(
            draw.pick(
                "{name} is {age} years old, works as {job} and lives in {town}.",
                "{name} is {job} from {town} and {age} years old.",
                "In {town} lives {name}, who is {age} and works as {job}."),
            "name",
            person.get("name").stringValue(),
            "age",
            person.get("age").toString(),
            "job",
            Wording.withArticle(person.get("job").stringValue()),
            "town",
            person.get("town").stringValue());
    String json = JsonLine.of(person);
    return new Exercise(
        Wording.fill(draw.pick(WISHES), "fact", fact), json, new Scorer.Ending(json));
  }

  private static Exercise value(Draw draw, Side side) {
    ObjectNode person = person(draw, side);
    String key = draw.pick("name", "age", "job", "town");
    String value = JsonLine.of(person.get(key));
    String question = "What is the value of \"%s\" here? %s".formatted(key, JsonLine.of(person));
    return new Exercise(
        question,
        "The value of \"%s\" is %s.".formatted(key, value),
        new Scorer.Ending("is " + value));
  }

  private static Exercise words(Draw draw) {
    List<String> words = draw.pickSome(World.THINGS, draw.between(2, 6));
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    words.forEach(array::add);
    String question =
        draw.pick("Write these words as a JSON list: %s.", "Make a JSON array of these words: %s.")
            .formatted(String.join(", ", words));
    String json = JsonLine.of(array);
    return new Exercise(question, json, new Scorer.Ending(json));
  }
}
