package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.List;

/// Sentences and openings that set a mood and state no fact of the world.
final class Scenery {
  static final List<String> WEATHER =
      List.of(
          "sunny", "rainy", "windy", "cold", "warm", "cloudy", "foggy", "quiet", "busy", "bright");

  static final List<String> OPENINGS =
      List.of(
          "The day began with a little rain.",
          "The birds were already singing.",
          "Early in the morning the village was still asleep.",
          "The air was fresh after the night.",
          "It was one of those days when time flies.",
          "A light wind moved the leaves.",
          "The sun rose slowly over the roofs.",
          "Everyone was awake early that day.");

  /// Openings of stories of a week.
  static final List<String> WEEKS =
      List.of(
          "It was a busy week in the village.",
          "This is what happened last week.",
          "Much happened that week.",
          "The week began quietly.",
          "Nobody was bored that week.");

  static final List<String> MOODS =
      List.of(
          "Somewhere a dog was barking.",
          "It was a good day for everyone.",
          "There was a smell of fresh grass.",
          "Some children were laughing.",
          "A cat watched everything.",
          "The hours went by quickly.",
          "It was very quiet for a moment.",
          "Two old friends talked about the weather.",
          "Somebody was singing far away.",
          "A bird sat on a roof.",
          "Nothing else happened for a while.",
          "A small dog ran by.",
          "Many people said hello.",
          "A child asked many questions.",
          "Time passed slowly.");

  static final List<String> FEELINGS =
      List.of(
          "{person} was in a good mood.",
          "{person} felt a little tired.",
          "{person} smiled.",
          "{person} hummed an old song.",
          "{person} was glad about the weather.",
          "{person} had slept very well.",
          "{person} thought about an old friend.",
          "{person} laughed out loud.",
          "{person} told a funny story.",
          "{person} was happy that day.");

  private Scenery() {}

  static String mood(Draw draw, List<Person> people) {
    return draw.chance(50)
        ? draw.pick(MOODS)
        : Wording.fill(draw.pick(FEELINGS), "person", draw.pick(people).name());
  }

  /// Says `she` or `he` where someone's feeling follows a sentence about no one else.
  static void usePronouns(Draw draw, List<String> story, List<Person> people) {
    for (int i = 1; i < story.size(); i++) {
      String before = story.get(i - 1);
      List<Person> named = people.stream().filter(p -> before.contains(p.name())).toList();
      if (named.size() != 1) {
        continue;
      }
      Person person = named.getFirst();
      String template = story.get(i).replace(person.name(), "{person}");
      if (FEELINGS.contains(template) && draw.chance(70)) {
        story.set(i, Wording.fill(template, "person", Wording.capital(person.pronoun())));
      }
    }
  }

  /// Puts sentences among those of a story, the first `from` excepted, never one mood after
  /// another.
  static void scatter(Draw draw, List<String> story, int from, List<String> moods) {
    List<Integer> gaps = new ArrayList<>();
    for (int i = from; i <= story.size(); i++) {
      gaps.add(i);
    }
    List<Integer> chosen =
        draw.pickSome(gaps, moods.size()).stream().sorted((a, b) -> b - a).toList();
    for (int i = 0; i < moods.size(); i++) {
      story.add(chosen.get(i), moods.get(i));
    }
  }
}
