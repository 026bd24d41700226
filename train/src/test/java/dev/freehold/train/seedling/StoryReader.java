package dev.freehold.train.seedling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the text of a story, and nothing else of it, into facts; fails where they do not fit
/// together.
final class StoryReader {
  private static final String NAME = "([A-Z][a-z]+)";
  private static final String DAY = "((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)";
  private static final String LEAD =
      "^(?:In the (?:morning|afternoon|evening), |Before (?:lunch|dinner), |At noon, |Then |"
          + "After that, |Soon |A little later, |A few minutes later, )";

  /// Something that someone did on a day: a visit or a purchase.
  record Deed(String person, String day, String object, boolean isVisit) {}

  final Map<String, String> place = new HashMap<>();
  final Map<String, String> holder = new HashMap<>();
  final Map<String, String> left = new HashMap<>();
  final Map<String, String> colour = new HashMap<>();
  final Map<String, String> job = new HashMap<>();
  final Map<String, String> food = new HashMap<>();
  final List<Deed> deeds = new ArrayList<>();
  String day = "";

  /// A pattern of sentences and what it says.
  private record Rule(Pattern pattern, Consumer<MatchResult> facts) {}

  private final List<Rule> rules =
      List.of(
          rule("It was a [a-z]+ " + DAY + "\\.", m -> day = m.group(1)),
          rule(
              NAME
                  + "(?:, who works as an? ([a-z]+),)? (?:was|went|walked|spent some time|came|"
                  + "hurried|cycled|moved on) (?:in|at|to) the ([a-z]+)\\.",
              m -> {
                if (m.group(2) != null) {
                  job.put(m.group(1), m.group(2));
                }
                place.put(m.group(1), m.group(3));
              }),
          rule(
              NAME
                  + " (?:picked up|took|found|got|was carrying) an? (?:([a-z]+) )?([a-z]+)"
                  + "(?: and kept it| as a present)?\\.",
              m -> {
                assertThat(holder).doesNotContainKey(m.group(3));
                assertThat(left).doesNotContainKey(m.group(3));
                holder.put(m.group(3), m.group(1));
                if (m.group(2) != null) {
                  colour.put(m.group(3), m.group(2));
                }
              }),
          rule(
              NAME
                  + " (?:went|walked|came) to the ([a-z]+) (?:and (?:picked up|took)|with) an?"
                  + " (?:([a-z]+) )??([a-z]+)(?: there)?\\.",
              m -> goAndFind(m, m.group(2), m.group(4))),
          rule(
              NAME + " found an? (?:([a-z]+) )??([a-z]+) (?:in|at) the ([a-z]+) and kept it\\.",
              m -> goAndFind(m, m.group(4), m.group(3))),
          rule(
              NAME + " went to the ([a-z]+) and left the ([a-z]+) there\\.",
              m -> deliver(m.group(1), m.group(3), m.group(2))),
          rule(
              NAME + " took the ([a-z]+) to the ([a-z]+) and left it there\\.",
              m -> deliver(m.group(1), m.group(2), m.group(3))),
          rule(
              NAME + " (?:gave|handed|passed) the ([a-z]+) to " + NAME + "\\.",
              m -> {
                assertThat(place.get(m.group(1))).isNotNull().isEqualTo(place.get(m.group(3)));
                give(m.group(1), m.group(2), m.group(3));
              }),
          rule(
              NAME + " met " + NAME + " (?:in|at) the ([a-z]+) and gave (him|her) the ([a-z]+)\\.",
              m -> {
                assertThat(m.group(4)).isEqualTo(pronoun(m.group(2)));
                meet(m.group(1), m.group(2), m.group(3));
                give(m.group(1), m.group(5), m.group(2));
              }),
          rule(
              NAME
                  + " and "
                  + NAME
                  + " met (?:in|at) the ([a-z]+), and "
                  + NAME
                  + " gave the ([a-z]+) to "
                  + NAME
                  + "\\.",
              m -> {
                assertThat(m.group(4)).isEqualTo(m.group(1));
                assertThat(m.group(6)).isEqualTo(m.group(2));
                meet(m.group(1), m.group(2), m.group(3));
                give(m.group(1), m.group(5), m.group(2));
              }),
          rule(
              NAME + " (?:left|put|forgot) the ([a-z]+) (?:down )?(?:in|at) the ([a-z]+)\\.",
              m -> {
                assertThat(holder.remove(m.group(2))).isEqualTo(m.group(1));
                assertThat(place.get(m.group(1))).isEqualTo(m.group(3));
                left.put(m.group(2), m.group(3));
              }),
          rule(
              "The ([a-z]+) was ([a-z]+)\\.",
              m -> {
                assertThat(colour).doesNotContainKey(m.group(1));
                assertThat(holder.containsKey(m.group(1)) || left.containsKey(m.group(1))).isTrue();
                colour.put(m.group(1), m.group(2));
              }),
          rule(
              NAME + " (?:is|works as) an? ([a-z]+)(?: in the village)?\\.",
              m -> assertThat(job.put(m.group(1), m.group(2))).isNull()),
          rule(
              NAME + " likes ([a-z]+) (?:best|more than any other food)\\.",
              m -> assertThat(food.put(m.group(1), m.group(2))).isNull()),
          rule(
              "The favourite food of " + NAME + " is ([a-z]+)\\.",
              m -> assertThat(food.put(m.group(1), m.group(2))).isNull()),
          rule(
              "On " + DAY + ", " + NAME + " (?:went to|walked to|visited) the ([a-z]+)\\.",
              m -> visit(m.group(2), m.group(1), m.group(3))),
          rule(
              NAME + " went to the ([a-z]+) on " + DAY + "\\.",
              m -> visit(m.group(1), m.group(3), m.group(2))),
          rule(
              NAME + " spent " + DAY + " (?:in|at) the ([a-z]+)\\.",
              m -> visit(m.group(1), m.group(2), m.group(3))),
          rule(
              "On " + DAY + ", " + NAME + " (?:got a good price and )?bought an? ([a-z]+)\\.",
              m -> buy(m.group(2), m.group(1), m.group(3))),
          rule(
              NAME + " bought an? ([a-z]+) on " + DAY + "\\.",
              m -> buy(m.group(1), m.group(3), m.group(2))));

  StoryReader(String text) {
    for (String sentence : text.split("(?<=\\.) ", -1)) {
      String bare = sentence.replaceFirst(LEAD, "");
      boolean understood = false;
      for (Rule rule : rules) {
        Matcher matcher = rule.pattern.matcher(bare);
        if (matcher.matches()) {
          rule.facts.accept(matcher.toMatchResult());
          understood = true;
          break;
        }
      }
      assertThat(understood || isScenery(sentence)).as(sentence + " in: " + text).isTrue();
    }
  }

  private static Rule rule(String pattern, Consumer<MatchResult> facts) {
    return new Rule(Pattern.compile(pattern), facts);
  }

  private static boolean isScenery(String sentence) {
    return Scenery.OPENINGS.contains(sentence)
        || Scenery.WEEKS.contains(sentence)
        || Scenery.MOODS.contains(sentence)
        || Scenery.FEELINGS.contains(sentence.replaceFirst("^" + NAME, "{person}"));
  }

  private static String pronoun(String name) {
    return World.PEOPLE.stream()
        .filter(person -> person.name().equals(name))
        .findFirst()
        .map(Person::objective)
        .orElse(name.matches(".*(?:a|ine|elle|y)") ? "her" : "him");
  }

  private void goAndFind(MatchResult m, String where, String thing) {
    assertThat(holder).doesNotContainKey(thing);
    assertThat(left).doesNotContainKey(thing);
    place.put(m.group(1), where);
    holder.put(thing, m.group(1));
    String shade = m.group(m.group(2) != null && m.group(2).equals(where) ? 3 : 2);
    if (shade != null) {
      colour.put(thing, shade);
    }
  }

  private void deliver(String person, String thing, String where) {
    assertThat(holder.remove(thing)).isEqualTo(person);
    place.put(person, where);
    left.put(thing, where);
  }

  private void give(String from, String thing, String to) {
    assertThat(holder.put(thing, to)).isEqualTo(from);
  }

  private void meet(String one, String other, String where) {
    assertThat(one).isNotEqualTo(other);
    place.put(one, where);
    place.put(other, where);
  }

  private void visit(String person, String when, String where) {
    inOrder(when);
    deeds.add(new Deed(person, when, where, true));
  }

  private void buy(String person, String when, String thing) {
    inOrder(when);
    deeds.add(new Deed(person, when, thing, false));
  }

  private void inOrder(String when) {
    if (!deeds.isEmpty()) {
      assertThat(World.DAYS.indexOf(when)).isGreaterThan(World.DAYS.indexOf(deeds.getLast().day()));
    }
  }

  /// The keys that have a value; there must be one.
  private static String key(Map<String, String> map, String value) {
    List<String> keys =
        map.entrySet().stream()
            .filter(e -> e.getValue().equals(value))
            .map(Map.Entry::getKey)
            .toList();
    assertThat(keys).as("with " + value).hasSize(1);
    return keys.getFirst();
  }

  /// The deed that a pattern fits; there must be one.
  private Deed deed(Predicate<Deed> fits) {
    List<Deed> found = deeds.stream().filter(fits).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  /// The person that words such as `the baker` or `the person who has the lamp` mean.
  private String person(String words) {
    Matcher m = match("(?:the )?person who has the ([a-z]+)", words);
    if (m.matches()) {
      return holder.getOrDefault(m.group(1), "");
    }
    m = match("(?:the )?person who went to the ([a-z]+)", words);
    if (m.matches()) {
      String where = m.group(1);
      return deed(d -> d.isVisit() && d.object().equals(where)).person();
    }
    m = match("(?:the )?person who bought an? ([a-z]+)", words);
    if (m.matches()) {
      String thing = m.group(1);
      return deed(d -> !d.isVisit() && d.object().equals(thing)).person();
    }
    m = match("(?:the )?person (?:in|at) the ([a-z]+)", words);
    if (m.matches()) {
      return key(place, m.group(1));
    }
    m = match("the ([a-z]+)", words);
    if (m.matches()) {
      return key(job, m.group(1));
    }
    assertThat(words).matches(NAME);
    return words;
  }

  private static Matcher match(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text);
  }

  /// The entity that answers a question; empty where the story does not tell.
  String answer(String question) {
    Matcher m = match("(?:Where|In which place) is (.+?)(?: now)?\\?", question);
    if (m.matches()) {
      String what = m.group(1).replaceFirst("^the ", "");
      if (left.containsKey(what)) {
        return left.get(what);
      }
      boolean isThing = World.THINGS.contains(what);
      String who = isThing ? holder.getOrDefault(what, "") : person(m.group(1));
      return place.getOrDefault(who, "");
    }
    m = match("Who is (?:in|at) the ([a-z]+)(?: now)?\\?", question);
    if (m.matches()) {
      return key(place, m.group(1));
    }
    m = match("Who (?:has|holds) the ([a-z]+)(?: now)?\\?", question);
    if (m.matches()) {
      return holder.getOrDefault(m.group(1), "");
    }
    m = match("(?:What|Which thing) does (.+?) have(?: now)?\\?", question);
    if (m.matches()) {
      return key(holder, person(m.group(1)));
    }
    m = match(".* thing that " + NAME + " has\\?", question);
    if (m.matches()) {
      return colour.getOrDefault(key(holder, m.group(1)), "");
    }
    m = match("What colour is the ([a-z]+)\\?", question);
    if (m.matches()) {
      return colour.getOrDefault(m.group(1), "");
    }
    return answerOfCast(question);
  }

  private String answerOfCast(String question) {
    Matcher m = match("What is the job of (.+)\\?", question);
    if (m.matches()) {
      return job.getOrDefault(person(m.group(1)), "");
    }
    m = match("What does (.+) work as\\?", question);
    if (m.matches()) {
      return job.getOrDefault(person(m.group(1)), "");
    }
    m = match("Who (?:is the|works as an?) ([a-z]+)\\?", question);
    if (m.matches()) {
      return key(job, m.group(1));
    }
    m = match("What does (.+) like best\\?", question);
    if (m.matches()) {
      return food.getOrDefault(person(m.group(1)), "");
    }
    m = match("What is the favourite food of (.+)\\?", question);
    if (m.matches()) {
      return food.getOrDefault(person(m.group(1)), "");
    }
    m = match("Who(?: likes|se favourite food is) ([a-z]+)(?: best)?\\?", question);
    if (m.matches()) {
      return key(food, m.group(1));
    } else if (question.contains("day is it in") || question.contains("does the story happen")) {
      return day;
    }
    return answerOfWeek(question);
  }

  private String answerOfWeek(String question) {
    Matcher m = match("(?:Where|Which place) did (.+) (?:go|visit) on " + DAY + "\\?", question);
    if (m.matches()) {
      String who = person(m.group(1));
      String when = m.group(2);
      return deed(d -> d.person().equals(who) && d.day().equals(when) && d.isVisit()).object();
    }
    m = match("What did (.+) buy on " + DAY + "\\?", question);
    if (m.matches()) {
      String who = person(m.group(1));
      String when = m.group(2);
      return deed(d -> d.person().equals(who) && d.day().equals(when) && !d.isVisit()).object();
    }
    m = match("(?:When|On which day) did (.+) (go to the|buy an?) ([a-z]+)\\?", question);
    if (m.matches()) {
      String who = person(m.group(1));
      boolean isVisit = m.group(2).startsWith("go");
      String object = m.group(3);
      return deed(
              d -> d.person().equals(who) && d.object().equals(object) && d.isVisit() == isVisit)
          .day();
    }
    m = match("Who (went to the|visited the|bought an?) ([a-z]+)\\?", question);
    if (m.matches()) {
      boolean isVisit = !m.group(1).startsWith("bought");
      String object = m.group(2);
      return deeds.stream()
          .filter(d -> d.object().equals(object) && d.isVisit() == isVisit)
          .map(Deed::person)
          .findFirst()
          .orElse("");
    }
    throw new AssertionError("no such question: " + question);
  }

  /// Whether every clause of an answer is a fact of the story.
  void confirm(String answer) {
    for (String clause : answer.substring(0, answer.length() - 1).split(", (?:and|so) ", -1)) {
      assertThat(holds(clause)).as(clause + " of: " + answer).isTrue();
    }
  }

  private boolean holds(String clause) {
    Matcher m = match(NAME + " is an? ([a-z]+)", clause);
    if (m.matches()) {
      return m.group(2).equals(job.get(m.group(1)));
    }
    m = match("[Tt]he ([a-z]+) is " + NAME, clause);
    if (m.matches()) {
      return m.group(1).equals(job.get(m.group(2)));
    }
    m = match(NAME + " is (?:in|at) the ([a-z]+)", clause);
    if (m.matches()) {
      return m.group(2).equals(place.get(m.group(1)));
    }
    m = match("[Tt]he ([a-z]+) is (?:in|at) the ([a-z]+)", clause);
    if (m.matches()) {
      String where =
          left.containsKey(m.group(1)) ? left.get(m.group(1)) : place.get(holder.get(m.group(1)));
      return m.group(2).equals(where);
    }
    m = match(NAME + " has the ([a-z]+)", clause);
    if (m.matches()) {
      return m.group(1).equals(holder.get(m.group(2)));
    }
    m = match("[Tt]he ([a-z]+) is ([a-z]+)", clause);
    if (m.matches()) {
      return m.group(2).equals(colour.get(m.group(1)));
    }
    m = match(NAME + " likes ([a-z]+) best", clause);
    if (m.matches()) {
      return m.group(2).equals(food.get(m.group(1)));
    }
    m = match(NAME + " (went to the|bought an?) ([a-z]+) on " + DAY, clause);
    if (m.matches()) {
      boolean isVisit = m.group(2).startsWith("went");
      return deeds.contains(new Deed(m.group(1), m.group(4), m.group(3), isVisit));
    }
    return clause.equals("It is " + day);
  }
}
