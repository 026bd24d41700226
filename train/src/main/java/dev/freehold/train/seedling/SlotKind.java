package dev.freehold.train.seedling;

import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The kinds of value that the parameters of tools take.
enum SlotKind {
  TOWN,
  PERSON,
  DAY,
  DATE,
  TIME,
  COUNT,
  NUMBER,
  MINUTES,
  DEGREES,
  THING,
  FOOD,
  COLOUR,
  ROOM,
  SWITCH,
  GENRE,
  CURRENCY,
  LANGUAGE,
  FILE,
  FOLDER,
  SUM,
  TEXT;

  private static final List<String> TOWN_ENDINGS =
      List.of("ton", "ville", "field", "wood", "ford", "burg", "haven", "dale", "brook", "stead");
  private static final List<String> TOWN_BEGINNINGS =
      List.of(
          "Ash", "Oak", "Elm", "Green", "Stone", "River", "North", "South", "West", "East", "Mill",
          "Fair", "High", "Long", "Clear", "Wood", "White", "Black", "Red", "Lake", "Hill", "Maple",
          "Silver", "Spring", "Winter", "Summer", "Bright", "Gold", "Fox", "Wolf", "Swan", "Rose");
  private static final List<String> ROOMS =
      List.of("kitchen", "bedroom", "bathroom", "hall", "office", "garage", "cellar", "attic");
  private static final List<String> GENRES =
      List.of("jazz", "rock", "folk", "blues", "classical", "dance", "country", "piano");
  private static final List<String> CURRENCIES =
      List.of("euros", "dollars", "pounds", "francs", "yen", "crowns", "pesos", "rupees");
  private static final List<String> LANGUAGES =
      List.of(
          "German", "French", "Spanish", "Italian", "Polish", "Greek", "Dutch", "Swedish",
          "Turkish", "Czech");
  private static final List<String> FILE_ENDINGS = List.of(".txt", ".md", ".csv", ".json");
  private static final List<String> TEXT_PARTS =
      List.of(
          "bring the {thing}",
          "buy some {food}",
          "I found the {thing}",
          "wait at the {place}",
          "the {thing} is ready",
          "we need {food}",
          "meet me at the {place}",
          "feed the cat",
          "do not forget the {thing}",
          "the {thing} is {colour}",
          "I am at the {place}",
          "see you on {day}",
          "clean the {thing}",
          "look for {person}",
          "ask {person} about it");

  /// The type in JSON Schema.
  String type() {
    return switch (this) {
      case COUNT, NUMBER, MINUTES, DEGREES -> "integer";
      default -> "string";
    };
  }

  JsonNode json(String value) {
    return type().equals("integer")
        ? JsonNodeFactory.instance.numberNode(Integer.parseInt(value))
        : JsonNodeFactory.instance.stringNode(value);
  }

  /// A value as text; names that are reserved only for tests.
  String draw(Draw draw, Side side) {
    return switch (this) {
      case TOWN -> draw.pick(TOWN_BEGINNINGS) + draw.pick(TOWN_ENDINGS);
      case PERSON -> World.person(draw, side == Side.HELD_OUT && draw.chance(20)).name();
      case DAY -> draw.pick(World.DAYS);
      case DATE -> draw.between(1, 28) + " " + draw.pick(Dates.MONTHS);
      case TIME -> "%02d:%02d".formatted(draw.between(6, 22), 5 * draw.below(12));
      case COUNT -> Integer.toString(draw.between(2, 12));
      case NUMBER -> Integer.toString(draw.between(1, 999));
      case MINUTES -> Integer.toString(draw.between(1, 90));
      case DEGREES -> Integer.toString(draw.between(14, 28));
      case THING -> draw.pick(World.THINGS);
      case FOOD -> draw.pick(World.FOODS);
      case COLOUR -> draw.pick(World.COLOURS);
      case ROOM -> draw.pick(ROOMS);
      case SWITCH -> draw.pick("on", "off");
      case GENRE -> draw.pick(GENRES);
      case CURRENCY -> draw.pick(CURRENCIES);
      case LANGUAGE -> draw.pick(LANGUAGES);
      case FILE -> draw.pick(World.THINGS) + draw.pick(FILE_ENDINGS);
      case FOLDER -> draw.pick(World.PLACES).name();
      case SUM -> sum(draw);
      case TEXT -> text(draw, side);
    };
  }

  private static String sum(Draw draw) {
    return "%d %s %d"
        .formatted(draw.between(2, 999), draw.pick("+", "-", "*"), draw.between(2, 99));
  }

  /// The value of what [#SUM] draws.
  static long evaluate(String sum) {
    List<String> parts = Arrays.asList(sum.split(" ", -1));
    long a = Long.parseLong(parts.get(0));
    long b = Long.parseLong(parts.get(2));
    return switch (parts.get(1)) {
      case "+" -> a + b;
      case "-" -> a - b;
      default -> a * b;
    };
  }

  private static String text(Draw draw, Side side) {
    return Wording.fill(
        draw.pick(TEXT_PARTS),
        "thing",
        THING.draw(draw, side),
        "food",
        FOOD.draw(draw, side),
        "place",
        draw.pick(World.PLACES).name(),
        "colour",
        COLOUR.draw(draw, side),
        "day",
        DAY.draw(draw, side),
        "person",
        PERSON.draw(draw, side));
  }
}
