package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The people, places, things and words that all documents speak of.
///
/// No word stands in two lists and no word of a list stands in a sentence that states no fact: so a
/// program can tell what a sentence is about.
final class World {
  static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

  static final List<String> COLOURS =
      words("red blue green yellow black white brown purple pink grey golden silver");

  static final List<String> JOBS =
      words(
          """
          baker teacher doctor farmer painter singer driver nurse carpenter tailor gardener cook
          pilot writer plumber dentist sailor shepherd potter lawyer postman barber judge miller
          """);

  static final List<String> FOODS =
      words(
          """
          apples pears plums cherries bread cheese soup rice honey noodles pancakes carrots
          tomatoes grapes walnuts porridge salad waffles beans peaches
          """);

  static final List<String> THINGS =
      words(
          """
          lamp key ball drum kite vase clock bell rope basket bucket hammer mirror pillow blanket
          candle compass coin crown cup doll flute guitar hat helmet jacket jar kettle ladder
          letter map mug needle notebook parcel pencil photo plate ring saw scarf shell shovel
          spoon suitcase sword teapot ticket towel trumpet umbrella violin wallet whistle axe
          broom camera fan glove magnet
          """);

  static final List<Place> PLACES =
      Stream.concat(
              at(
                  "in",
                  """
                  garden kitchen library forest park museum attic cellar barn bakery church hotel
                  theatre castle cave tower orchard school hospital shop workshop stable tent valley
                  meadow courtyard greenhouse tunnel restaurant bookshop office laundry chapel
                  pharmacy
                  """),
              at(
                  "at",
                  """
                  market station harbour bank airport zoo stadium beach lake river bridge cinema
                  farm mill lighthouse playground fountain crossroads cemetery factory
                  """))
          .toList();

  private static final List<String> SHE =
      words(
          """
          Anna Clara Emma Lucy Maria Nora Olivia Sophie Julia Laura Alice Hannah Martha Rosa Eva
          Helen Ida Lena Mina Paula Ruth Sarah Tina Vera Wendy Zoe Amelia Bella Carol Diana Elena
          Fiona Grace Heidi Irene Jane Karen Linda Molly Nadia Petra Rita Stella Teresa Ursula
          Yvonne Agnes Betty Cora Daisy Edith Flora Gina Hilda Ivy Jenny Katie Lydia Mabel Nina
          """);

  private static final List<String> HE =
      words(
          """
          Ben David Frank Henry Jack Leo Max Oscar Paul Sam Tom Victor Adam Bruno Carl Daniel
          Edgar Felix George Hugo Ian Jacob Kevin Lucas Martin Nick Otto Peter Robert Simon
          Theo Walter Albert Boris Conrad Dennis Eric Fred Gordon Harry Ivan James Karl Louis
          Mark Noah Oliver Philip Ralph Stefan Tim Vincent William Anton Basil Cyril Derek Emil
          """);

  private static final List<String> BEGINNINGS =
      words(
          """
          Ad Am Ar Ash Bal Bren Cal Dar Del Dov Fal Fen Gal Gar Hal Hel Jor Kal Kel Kir Lan Lor
          Lun Mar Mel Mir Nal Nev Nor Ed El Er Il Is Ol Pel Per Quin Ral Ren Ros Sal Sel Sor Tal
          Tam Tev Tor Ul Ur Val Vel Ver Wil Yor Zan Zel
          """);

  private static final List<String> MIDDLES =
      words("a e i o u an en in on ar er or ad ed id ir ol el al ev iv");

  private static final List<String> SHE_ENDINGS = words("a ia na ra la da sa ine elle y");
  private static final List<String> HE_ENDINGS = words("o us ik ek ard on as er ob in el en");

  /// Of the people: those with rare names.
  private static final int NEWCOMERS_PERCENT = 30;

  /// The given names that everyone knows.
  static final List<Person> PEOPLE = people();

  private World() {}

  /// The names of all entities of a kind; of people, those that everyone knows.
  static List<String> names(Entity kind) {
    return switch (kind) {
      case PERSON -> PEOPLE.stream().map(Person::name).toList();
      case PLACE -> PLACES.stream().map(Place::name).toList();
      case THING -> THINGS;
      case COLOUR -> COLOURS;
      case JOB -> JOBS;
      case FOOD -> FOODS;
      case DAY -> DAYS;
    };
  }

  private static List<Person> people() {
    List<Person> people = new ArrayList<>();
    SHE.forEach(name -> people.add(person(name, "she")));
    HE.forEach(name -> people.add(person(name, "he")));
    return List.copyOf(people);
  }

  private static Person person(String name, String pronoun) {
    return new Person(name, pronoun, HeldOut.isReserved(HeldOut.Kind.NAME, name));
  }

  /// Someone with a rare name, made of syllables.
  static Person newcomer(Draw draw) {
    boolean she = draw.chance(50);
    String ending = draw.pick(she ? SHE_ENDINGS : HE_ENDINGS);
    return person(draw.pick(BEGINNINGS) + draw.pick(MIDDLES) + ending, she ? "she" : "he");
  }

  /// A rare name that a side may know.
  static String newcomerName(Draw draw, Side side) {
    while (true) {
      Person person = newcomer(draw);
      if (side == Side.HELD_OUT || !person.reserved()) {
        return person.name();
      }
    }
  }

  /// Someone whose name training may know, or, for tests, one that it never saw.
  static Person person(Draw draw, boolean reserved) {
    while (true) {
      Person person = draw.chance(NEWCOMERS_PERCENT) ? newcomer(draw) : draw.pick(PEOPLE);
      if (person.reserved() == reserved) {
        return person;
      }
    }
  }

  /// Different people, none with a reserved name.
  static List<Person> peopleOfTraining(Draw draw, int count) {
    List<Person> people = new ArrayList<>();
    while (people.size() < count) {
      Person person = person(draw, false);
      if (people.stream().noneMatch(p -> p.name().equals(person.name()))) {
        people.add(person);
      }
    }
    return List.copyOf(people);
  }

  private static Stream<Place> at(String preposition, String names) {
    return words(names).stream().map(name -> new Place(preposition, name));
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+"));
  }
}
