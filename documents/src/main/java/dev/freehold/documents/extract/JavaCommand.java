package dev.freehold.documents.extract;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How this program's Java is started again with another class of it.
///
/// @param words the command up to the options of the JVM
/// @param place the options that say where the classes are, and the class to run
public record JavaCommand(List<String> words, List<String> place) {
  public JavaCommand {
    words = List.copyOf(words);
    place = List.copyOf(place);
  }

  /// The Java, class path and module path that run this.
  public static JavaCommand ofThisProcess() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String modules = System.getProperty("jdk.module.path", "");
    String classes = System.getProperty("java.class.path", "");
    List<String> place = new ArrayList<>();
    if (!classes.isEmpty()) {
      place.addAll(List.of("-cp", classes));
    }
    Module own = ReaderProgram.class.getModule();
    if (own.isNamed()) {
      place.addAll(List.of("-p", modules, "-m"));
      place.add(own.getName() + "/" + ReaderProgram.class.getName());
    } else {
      place.add(ReaderProgram.class.getName());
    }
    return new JavaCommand(List.of(java), place);
  }

  /// The whole command.
  List<String> with(List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>(words);
    command.addAll(options);
    command.addAll(place);
    command.addAll(arguments);
    return command;
  }
}
