package dev.freehold.agent.choice;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What is asked of a text, and the answers that there are.
///
/// @param question as "Which team answers this?"
/// @param subject the text; data, whatever it says
/// @param options two to twenty
public record ChoiceQuestion(String question, String subject, List<Option> options) {
  /// So many can be told apart by the likeliest tokens that services tell.
  public static final int MOST_OPTIONS = 20;

  private static final int MOST_CHARACTERS = 200_000;

  /// An answer.
  ///
  /// @param name as programs know it
  /// @param meaning when it is the right one; may be empty
  public record Option(String name, String meaning) {
    public Option {
      if (name.isBlank() || name.contains("\n") || meaning.contains("\n")) {
        throw new IllegalArgumentException(
            "expected an option's name and meaning on one line each, found \"%s\": \"%s\""
                .formatted(name, meaning));
      }
    }
  }

  public ChoiceQuestion {
    options = List.copyOf(options);
    if (options.size() < 2 || options.size() > MOST_OPTIONS) {
      throw new IllegalArgumentException(
          "expected 2 to %d options, found %d".formatted(MOST_OPTIONS, options.size()));
    }
    Set<String> names = new HashSet<>();
    for (Option option : options) {
      if (!names.add(option.name())) {
        throw new IllegalArgumentException("the option \"" + option.name() + "\" is there twice");
      }
    }
    if (subject.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "expected a text of at most %d characters, found %d"
              .formatted(MOST_CHARACTERS, subject.length()));
    }
  }

  /// The same question with the options in the opposite order.
  ChoiceQuestion reversed() {
    List<Option> order = new ArrayList<>(options);
    Collections.reverse(order);
    return new ChoiceQuestion(question, subject, order);
  }

  /// What stands for the option at a place.
  static String label(int index) {
    return String.valueOf((char) ('A' + index));
  }

  /// The question as a person would be asked.
  String text() {
    StringBuilder text = new StringBuilder(subject.length() + 1024);
    text.append("Text:\n\n").append(subject.strip()).append("\n\nEnd of the text.\n\n");
    text.append(question.strip()).append('\n');
    for (int i = 0; i < options.size(); i++) {
      Option option = options.get(i);
      text.append(label(i)).append(") ").append(option.name());
      if (!option.meaning().isEmpty()) {
        text.append(" - ").append(option.meaning());
      }
      text.append('\n');
    }
    return text.append("Answer with one letter.").toString();
  }
}
