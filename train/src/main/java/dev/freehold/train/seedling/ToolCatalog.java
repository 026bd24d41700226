package dev.freehold.train.seedling;

import static dev.freehold.train.seedling.SlotKind.COLOUR;
import static dev.freehold.train.seedling.SlotKind.COUNT;
import static dev.freehold.train.seedling.SlotKind.CURRENCY;
import static dev.freehold.train.seedling.SlotKind.DATE;
import static dev.freehold.train.seedling.SlotKind.DAY;
import static dev.freehold.train.seedling.SlotKind.DEGREES;
import static dev.freehold.train.seedling.SlotKind.FILE;
import static dev.freehold.train.seedling.SlotKind.FOLDER;
import static dev.freehold.train.seedling.SlotKind.FOOD;
import static dev.freehold.train.seedling.SlotKind.GENRE;
import static dev.freehold.train.seedling.SlotKind.LANGUAGE;
import static dev.freehold.train.seedling.SlotKind.MINUTES;
import static dev.freehold.train.seedling.SlotKind.NUMBER;
import static dev.freehold.train.seedling.SlotKind.PERSON;
import static dev.freehold.train.seedling.SlotKind.ROOM;
import static dev.freehold.train.seedling.SlotKind.SUM;
import static dev.freehold.train.seedling.SlotKind.SWITCH;
import static dev.freehold.train.seedling.SlotKind.TEXT;
import static dev.freehold.train.seedling.SlotKind.THING;
import static dev.freehold.train.seedling.SlotKind.TIME;
import static dev.freehold.train.seedling.SlotKind.TOWN;

import dev.freehold.train.seedling.ToolSpec.Parameter;
import java.util.List;
import java.util.stream.Stream;

/// The tools that documents declare.
final class ToolCatalog {
  private static final String DONE = "{\"ok\": true}";

  /// All of them.
  static final List<ToolSpec> TOOLS =
      Stream.of(facts(), messages(), house(), shopping(), numbers(), files())
          .flatMap(List::stream)
          .toList();

  private ToolCatalog() {}

  private static List<ToolSpec> facts() {
    return List.of(
        new ToolSpec(
            List.of("get_weather", "weather_forecast"),
            "Tells the weather in a town on a day.",
            List.of(Parameter.of(TOWN, "town", "city", "place"), Parameter.of(DAY, "day", "date")),
            List.of(
                "What will the weather be like in {town} on {day}?",
                "How is the weather in {town} on {day}?",
                "I travel to {town} on {day}. What is the weather there?",
                "Tell me the weather for {day} in {town}."),
            "{\"sky\": \"{sky}\", \"degrees\": {number}}",
            "On {day} it will be {sky} in {town}, with {number} degrees."),
        new ToolSpec(
            List.of("get_time", "local_time"),
            "Tells the time in a town.",
            List.of(Parameter.of(TOWN, "town", "city")),
            List.of(
                "What time is it in {town}?",
                "How late is it now in {town}?",
                "Tell me the time in {town}."),
            "{\"time\": \"{time}\"}",
            "It is {time} in {town}."),
        new ToolSpec(
            List.of("get_distance", "measure_route"),
            "Tells how far it is between two towns.",
            List.of(Parameter.of(TOWN, "from", "start"), Parameter.of(TOWN, "to", "end")),
            List.of(
                "How far is it from {from} to {to}?",
                "What is the distance between {from} and {to}?",
                "I want to drive from {from} to {to}. How far is that?"),
            "{\"kilometres\": {number}}",
            "From {from} to {to} it is {number} kilometres."),
        new ToolSpec(
            List.of("find_phone_number", "get_number"),
            "Finds the phone number of a person.",
            List.of(Parameter.of(PERSON, "person", "name")),
            List.of(
                "What is the phone number of {person}?",
                "Please find the number of {person}.",
                "I need the phone number of {person}."),
            "{\"phone\": \"{number}\"}",
            "The number of {person} is {number}."),
        new ToolSpec(
            List.of("find_train", "next_train"),
            "Finds a train between two towns on a day.",
            List.of(
                Parameter.of(TOWN, "from", "start"),
                Parameter.of(TOWN, "to", "goal"),
                Parameter.of(DAY, "day", "date")),
            List.of(
                "Is there a train from {from} to {to} on {day}?",
                "Find a train to {to} from {from} for {day}.",
                "On {day} I go from {from} to {to}. Which train can I take?"),
            "{\"departure\": \"{time}\"}",
            "On {day} a train goes from {from} to {to} at {time}."));
  }

  private static List<ToolSpec> messages() {
    return List.of(
        new ToolSpec(
            List.of("send_message", "write_message"),
            "Sends a short message to a person.",
            List.of(Parameter.of(PERSON, "to", "person"), Parameter.of(TEXT, "text", "message")),
            List.of(
                "Send a message to {to}: {text}",
                "Write to {to}: {text}",
                "Please tell {to} this: {text}"),
            DONE,
            "I have sent your message to {to}."),
        new ToolSpec(
            List.of("call_person", "start_call"),
            "Calls a person.",
            List.of(Parameter.of(PERSON, "person", "name")),
            List.of(
                "Call {person}, please.", "I want to talk to {person}.", "Please call {person}."),
            DONE,
            "I am calling {person} now."),
        new ToolSpec(
            List.of("add_meeting", "create_event"),
            "Puts a meeting with a person into the calendar.",
            List.of(
                Parameter.of(PERSON, "person", "with"),
                Parameter.of(DAY, "day", "date"),
                Parameter.of(TIME, "time", "start")),
            List.of(
                "Plan a meeting with {person} on {day} at {time}.",
                "I meet {person} on {day} at {time}. Put it into my calendar.",
                "Add a meeting on {day} at {time} with {person}."),
            DONE,
            "You meet {person} on {day} at {time}."),
        new ToolSpec(
            List.of("set_reminder", "remind_me"),
            "Reminds of something on a day.",
            List.of(Parameter.of(TEXT, "text", "note"), Parameter.of(DAY, "day", "when")),
            List.of(
                "Remind me on {day}: {text}",
                "On {day} I want to be reminded of this: {text}",
                "Set a reminder for {day}: {text}"),
            DONE,
            "I will remind you on {day}."),
        new ToolSpec(
            List.of("save_birthday", "add_birthday"),
            "Saves the birthday of a person.",
            List.of(Parameter.of(PERSON, "name", "person"), Parameter.of(DATE, "date", "birthday")),
            List.of(
                "The birthday of {name} is on {date}. Please save it.",
                "Save that {name} was born on {date}.",
                "Add the birthday of {name}: {date}."),
            DONE,
            "I have saved {date} as the birthday of {name}."),
        new ToolSpec(
            List.of("save_note", "write_note"),
            "Saves a note.",
            List.of(Parameter.of(TEXT, "text", "note")),
            List.of("Make a note: {text}", "Please write this down: {text}", "Note this: {text}"),
            DONE,
            "I have saved the note."));
  }

  private static List<ToolSpec> house() {
    return List.of(
        new ToolSpec(
            List.of("set_light", "switch_light"),
            "Turns the light in a room on or off.",
            List.of(Parameter.of(ROOM, "room"), Parameter.of(SWITCH, "state", "power")),
            List.of(
                "Turn {state} the light in the {room}.",
                "Please switch the light in the {room} {state}.",
                "The light in the {room} should be {state}."),
            DONE,
            "The light in the {room} is {state} now."),
        new ToolSpec(
            List.of("set_heating", "set_temperature"),
            "Sets the temperature of a room in degrees.",
            List.of(Parameter.of(ROOM, "room"), Parameter.of(DEGREES, "degrees", "temperature")),
            List.of(
                "Set the {room} to {degrees} degrees.",
                "I want {degrees} degrees in the {room}.",
                "Please heat the {room} to {degrees} degrees."),
            DONE,
            "The {room} is set to {degrees} degrees."),
        new ToolSpec(
            List.of("set_timer", "start_timer"),
            "Starts a timer that runs for some minutes.",
            List.of(Parameter.of(MINUTES, "minutes", "length")),
            List.of(
                "Set a timer for {minutes} minutes.",
                "Start a timer of {minutes} minutes, please.",
                "Tell me when {minutes} minutes are over."),
            DONE,
            "The timer runs for {minutes} minutes."),
        new ToolSpec(
            List.of("set_alarm", "wake_up"),
            "Sets an alarm.",
            List.of(Parameter.of(TIME, "time", "at"), Parameter.of(DAY, "day")),
            List.of(
                "Wake me at {time} on {day}.",
                "Set an alarm for {day} at {time}.",
                "I have to get up at {time} on {day}."),
            DONE,
            "The alarm is set for {day} at {time}."),
        new ToolSpec(
            List.of("play_music", "start_music"),
            "Plays music of a kind.",
            List.of(Parameter.of(GENRE, "kind", "genre", "style")),
            List.of(
                "Play some {kind} music.",
                "I would like to hear {kind} music.",
                "Put on {kind} music, please."),
            DONE,
            "I am playing {kind} music."));
  }

  private static List<ToolSpec> shopping() {
    return List.of(
        new ToolSpec(
            List.of("add_to_list", "add_item"),
            "Adds food to the shopping list.",
            List.of(Parameter.of(FOOD, "item", "food")),
            List.of(
                "Put {item} on the shopping list.",
                "We need {item}. Add it to the list.",
                "Add {item} to my shopping list."),
            DONE,
            "I have put {item} on the list."),
        new ToolSpec(
            List.of("search_shop", "find_product"),
            "Looks for a thing of a colour in the shop.",
            List.of(
                Parameter.of(THING, "thing", "product"), Parameter.of(COLOUR, "colour", "shade")),
            List.of(
                "Does the shop have a {colour} {thing}?",
                "I am looking for a {thing} that is {colour}.",
                "Search the shop for a {colour} {thing}."),
            "{\"found\": {number}}",
            "The shop has {number} of them."),
        new ToolSpec(
            List.of("get_price", "check_price"),
            "Tells the price of a thing.",
            List.of(Parameter.of(THING, "thing", "item")),
            List.of(
                "How much does the {thing} cost?",
                "What is the price of the {thing}?",
                "Check the price of the {thing}, please."),
            "{\"price\": {number}}",
            "The {thing} costs {number}."),
        new ToolSpec(
            List.of("order_food", "order_meal"),
            "Orders food for some people.",
            List.of(Parameter.of(FOOD, "food", "dish"), Parameter.of(COUNT, "people", "count")),
            List.of(
                "Order {food} for {people} people.",
                "We are {people} people and want {food}. Please order.",
                "Please order {food}. We are {people} people."),
            DONE,
            "I have ordered {food} for {people} people."),
        new ToolSpec(
            List.of("book_table", "reserve_table"),
            "Books a table in a restaurant.",
            List.of(
                Parameter.of(COUNT, "people", "guests"),
                Parameter.of(DAY, "day", "date"),
                Parameter.of(TIME, "time", "hour")),
            List.of(
                "Book a table for {people} people on {day} at {time}.",
                "I need a table on {day} at {time} for {people} people.",
                "On {day} at {time} we are {people} people. Please book a table."),
            DONE,
            "A table for {people} people is booked on {day} at {time}."));
  }

  private static List<ToolSpec> numbers() {
    return List.of(
        new ToolSpec(
            List.of("calculate", "calculator"),
            "Works out a sum, a difference or a product.",
            List.of(Parameter.of(SUM, "expression", "formula")),
            List.of(
                "Use the calculator for {expression}.",
                "Calculate {expression} with the tool.",
                "Let the tool work out {expression}."),
            "{\"result\": {value}}",
            "The result of {expression} is {value}."),
        new ToolSpec(
            List.of("convert_money", "exchange"),
            "Converts an amount of money.",
            List.of(
                Parameter.of(NUMBER, "amount", "value"),
                Parameter.of(CURRENCY, "from", "source"),
                Parameter.of(CURRENCY, "to", "target")),
            List.of(
                "How much are {amount} {from} in {to}?",
                "Convert {amount} {from} to {to}.",
                "I have {amount} {from}. What is that in {to}?"),
            "{\"result\": {number}}",
            "For {amount} {from} you get {number} {to}."),
        new ToolSpec(
            List.of("set_volume", "change_volume"),
            "Sets how loud the music is.",
            List.of(Parameter.of(COUNT, "level", "volume")),
            List.of(
                "Set the volume to {level}.",
                "Please play the music at level {level}.",
                "I want the volume at {level}."),
            DONE,
            "The volume is at {level} now."),
        new ToolSpec(
            List.of("look_up_word", "find_in_dictionary"),
            "Finds a word in the dictionary of a language.",
            List.of(
                Parameter.of(THING, "word", "text"), Parameter.of(LANGUAGE, "language", "book")),
            List.of(
                "Look up {word} in the {language} dictionary.",
                "Find the word {word} in the {language} dictionary.",
                "On which page of the {language} dictionary is {word}?"),
            "{\"page\": {number}}",
            "In the {language} dictionary {word} is on page {number}."));
  }

  private static List<ToolSpec> files() {
    return List.of(
        new ToolSpec(
            List.of("read_file", "open_file"),
            "Reads a file in a folder.",
            List.of(Parameter.of(FILE, "file", "name"), Parameter.of(FOLDER, "folder", "path")),
            List.of(
                "Read the file {file} in the folder {folder}.",
                "What is in {file} in the folder {folder}?",
                "Open {folder} and read {file}."),
            "{\"lines\": {number}}",
            "The file {file} has {number} lines."),
        new ToolSpec(
            List.of("delete_file", "remove_file"),
            "Deletes a file.",
            List.of(Parameter.of(FILE, "file", "name")),
            List.of(
                "Delete the file {file}.",
                "I do not need {file} any more. Please delete it.",
                "Please remove {file}."),
            DONE,
            "The file {file} is deleted."),
        new ToolSpec(
            List.of("list_files", "show_folder"),
            "Lists the files in a folder.",
            List.of(Parameter.of(FOLDER, "folder", "path")),
            List.of(
                "Which files are in the folder {folder}?",
                "List the files in {folder}.",
                "Show me what is in the folder {folder}."),
            "{\"files\": {number}}",
            "There are {number} files in the folder {folder}."));
  }
}
