package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.record.RunFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// `freehold agent export`: a run as a file.
@Command(
    name = "export",
    description = {
      "Writes a run into a file: what was said, what the model answered, what was called and came"
          + " out, what was approved and by whom. \"freehold verify FILE\" does it again with the"
          + " model asked and all else taken from the file; \"freehold sign FILE\" says who vouches"
          + " for it. The file holds all that the run saw: look before you pass it on."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  freehold agent export k7mq2xpa --to run.jsonl", "  freehold verify run.jsonl"})
final class AgentExportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private AgentRunOption run = new AgentRunOption();

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Where it goes; the run's name with .jsonl by default. Must not be there yet.")
  private Optional<Path> to = Optional.empty();

  AgentExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = run.head(journal);
      Path file = to.orElse(Path.of(head.id() + ".jsonl"));
      String digest;
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW))) {
        digest = RunFile.write(named(head), journal.steps(head.id()), out);
      } catch (FileAlreadyExistsException there) {
        throw new CliException(
            Exit.FAILURE, file + ": is there already", "Name another file with --to.");
      } catch (IOException failure) {
        throw new CliException("%s: cannot be written: %s".formatted(file, failure), failure);
      }
      surroundings.out().printf("%s  sha256:%s%n", file, digest);
    }
    return Exit.OK.code();
  }

  /// With what computed it, where that was here, as others can find it.
  private RunHead named(RunHead head) {
    Optional<Computation> here = Computation.of(head.settings());
    if (here.isEmpty()) {
      return head;
    }
    ObjectNode settings = head.settings().deepCopy().asObject();
    settings.set(Computation.MEMBER, here.get().withFiles(surroundings).asJson());
    return head.withSettings(settings);
  }
}
