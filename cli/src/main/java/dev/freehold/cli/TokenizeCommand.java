package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.text.Tokenizer;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold tokenize`: text to token ids and back.
@Command(
    name = "tokenize",
    description = {
      "Shows the ids of a text and what each stands for; with --decode, the text of ids.",
      "The text is TEXT, or standard input byte for byte. Files with a vocabulary only will do.",
      "Without --special no begin or end mark is added, and marks spelled in the text are read as"
          + " the file's own tools do: as plain text for GGUF, as marks for tokenizer.json."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold tokenize MODEL --json \"Hello world\"")
final class TokenizeCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "MODEL", description = "A model: a path, or a name that list shows.")
  private String model = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "TEXT",
      description = "The text; with --decode, ids such as 1,2,3.")
  private List<String> words = List.of();

  @Option(names = "--ids", description = "Print the ids alone.")
  private boolean idsAlone;

  @Option(names = "--json", description = "Print {\"ids\": [...]}; with --decode, {\"text\": ...}.")
  private boolean json;

  @Option(
      names = "--special",
      description = {
        "Add what the model wants around a text and read marks in it as such;",
        "with --decode, show marks."
      })
  private boolean special;

  @Option(names = "--decode", description = "From ids to text.")
  private boolean decode;

  TokenizeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    FoundModel found = Models.find(surroundings, model);
    Tokenizer tokenizer = ModelText.tokenizer(found);
    String text = words.isEmpty() ? UserInput.text(surroundings.in()) : String.join(" ", words);
    if (decode) {
      int[] ids = UserInput.within(UserInput.ids(text), tokenizer.vocabularySize());
      printText(tokenizer.decode(ids, special));
      return Exit.OK.code();
    }
    boolean marksInText = found.format() == FoundModel.Format.SAFETENSORS;
    int[] ids = special ? tokenizer.encodeWithSpecials(text) : tokenizer.encode(text, marksInText);
    printIds(tokenizer, ids);
    return Exit.OK.code();
  }

  private void printText(String text) {
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> printer.field("text", text));
      }
    } else {
      surroundings.out().print(text);
    }
  }

  private void printIds(Tokenizer tokenizer, int[] ids) {
    PrintStream out = surroundings.out();
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(out)) {
        printer.object(() -> printer.array("ids", ids));
      }
    } else if (idsAlone) {
      out.println(Arrays.stream(ids).mapToObj(String::valueOf).collect(Collectors.joining(",")));
    } else {
      for (int id : ids) {
        out.printf("%8d  %s%n", id, Failure.printable(tokenizer.tokenText(id)));
      }
    }
  }
}
