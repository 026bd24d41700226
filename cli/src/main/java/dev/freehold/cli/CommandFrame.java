package dev.freehold.cli;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Finds the command that a command line names, runs it and turns every failure into a line or two
/// and an exit code.
final class CommandFrame {
  /// The commands by name, in the order of the help text.
  static final Map<String, Class<? extends Callable<Integer>>> COMMANDS = commands();

  private final Surroundings surroundings;

  private CommandFrame(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  private static Map<String, Class<? extends Callable<Integer>>> commands() {
    Map<String, Class<? extends Callable<Integer>>> commands = new LinkedHashMap<>();
    commands.put("run", RunCommand.class);
    commands.put("serve", ServeCommand.class);
    commands.put("launch", LaunchCommand.class);
    commands.put("agent", AgentCommand.class);
    commands.put("workflow", WorkflowCommand.class);
    commands.put("keys", KeysCommand.class);
    commands.put("usage", UsageCommand.class);
    commands.put("demo", DemoCommand.class);
    commands.put("pull", PullCommand.class);
    commands.put("vault", VaultCommand.class);
    commands.put("list", ListCommand.class);
    commands.put("show", ShowCommand.class);
    commands.put("tokenize", TokenizeCommand.class);
    commands.put("template", TemplateCommand.class);
    commands.put("logits", LogitsCommand.class);
    commands.put("perplexity", PerplexityCommand.class);
    commands.put("bench", BenchCommand.class);
    commands.put("kernels", KernelsCommand.class);
    commands.put("prepare", PrepareCommand.class);
    commands.put("data", DataCommand.class);
    commands.put("train", TrainCommand.class);
    commands.put("plot", PlotCommand.class);
    commands.put("export", ExportCommand.class);
    commands.put("eval", EvalCommand.class);
    commands.put("documents", DocumentsCommand.class);
    commands.put("desk", DeskCommand.class);
    commands.put("audit", AuditCommand.class);
    commands.put("exit", ExitCommand.class);
    commands.put("sign", SignCommand.class);
    commands.put("verify", VerifyCommand.class);
    return commands;
  }

  static Exit run(Surroundings surroundings, String... arguments) {
    return new CommandFrame(surroundings).run(arguments);
  }

  private Exit run(String... arguments) {
    try {
      int code = commandLine(arguments).execute(arguments);
      surroundings.out().flush();
      return new Exit(code);
    } catch (Throwable failure) { // whatever it is, the user is told in a line or two
      return failed(failure, arguments);
    }
  }

  private Exit failed(Throwable failure, String... arguments) {
    boolean stackTrace = List.of(arguments).contains("--stacktrace");
    Failure report = Failure.of("freehold" + commandName(arguments), failure);
    if (!report.exit().equals(Exit.OUTPUT_CLOSED)) {
      flushQuietly();
    }
    return report.report(surroundings.err(), stackTrace);
  }

  /// What was written before a failure still reaches the reader; a second failure adds nothing.
  private void flushQuietly() {
    try {
      surroundings.out().flush();
    } catch (CliException ignored) {
      // the failure that is being reported came first
    }
  }

  private static String commandName(String... arguments) {
    return Arrays.stream(arguments)
        .filter(COMMANDS::containsKey)
        .findFirst()
        .map(name -> " " + name)
        .orElse("");
  }

  /// The parser; only the command that is asked for is set up, or all where none is named.
  private CommandLine commandLine(String... arguments) {
    CommandLine line = new CommandLine(new FreeholdCommand(), this::create);
    String first = arguments.length == 0 ? "" : arguments[0];
    COMMANDS.forEach((name, type) -> {
      if (!COMMANDS.containsKey(first) || name.equals(first)) {
        line.addSubcommand(name, type);
      }
    });
    if (!COMMANDS.containsKey(first)) {
      line.addSubcommand("help", new CommandLine.HelpCommand());
    }
    line.setOut(new java.io.PrintWriter(surroundings.out(), false));
    line.setErr(new java.io.PrintWriter(surroundings.err(), true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpLongOptionsMaxWidth(30);
    line.setUsageHelpAutoWidth(false);
    line.setParameterExceptionHandler(this::misused);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> failed(failure, arguments).code());
    line.getSubcommands().values().forEach(CommandFrame::withoutExitCodes);
    return line;
  }

  /// The exit codes are the same for all commands; the help of `freehold` alone lists them.
  private static void withoutExitCodes(CommandLine command) {
    command.getCommandSpec().usageMessage().exitCodeListHeading("").exitCodeList(Map.of());
    command.getSubcommands().values().forEach(CommandFrame::withoutExitCodes);
  }

  private int misused(ParameterException failure, String[] arguments) {
    if (failure.getCause() instanceof CliException cause) {
      return failed(cause, arguments).code();
    }
    String name = failure.getCommandLine().getCommandSpec().qualifiedName();
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      message += "; did you mean " + String.join(", ", unmatched.getSuggestions()) + "?";
    }
    surroundings.err().println(name + ": " + Failure.printable(message));
    surroundings.err().println("Try \"" + name + " --help\".");
    surroundings.err().flush();
    return Exit.USAGE.code();
  }

  /// Makes a command: with the surroundings where its constructor takes them, else with nothing.
  private <T> T create(Class<T> type) throws Exception {
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(Surroundings.class);
      return constructor.newInstance(surroundings);
    } catch (NoSuchMethodException plain) {
      return CommandLine.defaultFactory().create(type);
    } catch (InvocationTargetException failure) {
      throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
    }
  }
}
