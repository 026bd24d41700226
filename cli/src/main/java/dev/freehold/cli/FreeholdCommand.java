package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The root of the command line: `freehold` alone says what there is.
@Command(
    name = "freehold",
    description = "Runs open language models on your own machine, with the same bits everywhere.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = FreeholdCommand.Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the request cannot be fulfilled; standard error says why",
      "2:the command line cannot be understood",
      "3:eval: a requirement is not met; audit: a finding is blocking",
      "4:eval: the tasks are too few to decide a requirement; audit: what would block is unknown",
      "5:vault: something kept is missing, cut short or no manifest that can be used",
      "6:vault: kept bytes are not what they were",
      "7:vault: a kept model no longer answers what it answered",
      "10:vault: no vault, or no such model in it",
      "11:vault: another process is adding to it",
      "12:agent: the run waits for a person, a time or a larger budget; resume goes on with it",
      "70:a bug in Freehold",
      "130:stopped by Ctrl-C",
      "141:the reader of the output went away"
    })
final class FreeholdCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "On failure, print where it happened.")
  private boolean stackTrace;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "no command given; \"freehold --help\" lists them");
  }

  /// The version as `--version` of any command prints it.
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"freehold " + Main.version()};
    }
  }
}
