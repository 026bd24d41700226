package dev.freehold.cli;

import dev.freehold.desk.work.Desk;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold desk serve`: takes tickets in and goes on with them until it is stopped.
@Command(
    name = "serve",
    description = {
      "Takes tickets in from the desk's inbox, and from a mailbox where desk.json names one; sorts"
          + " each, drafts an answer from the desk's pages, waits for a person, and sends what the"
          + " person approved. Stop it with Ctrl-C at any time, or pull the plug: it goes on where"
          + " it was, and sends nothing twice.",
      "What waits for a person is listed and decided by \"freehold desk waiting\" and \"freehold"
          + " desk decide\"."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  freehold desk serve shop", "  freehold desk serve shop --once"})
final class DeskServeCommand implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 300;

  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The desk's folder.")
  private Path folder = Path.of("");

  @Option(names = "--once", description = "End when there is nothing to do but wait.")
  private boolean isOnce;

  DeskServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    Object before = Signals.register("INT", stop::countDown);
    try (OpenDesk open =
        new OpenDesk(
            surroundings,
            DeskFolder.open(folder),
            notice -> surroundings.err().println("note: " + notice))) {
      surroundings.err().println("the desk works in " + folder + "; Ctrl-C ends it");
      Desk.Tally last = new Desk.Tally(-1, 0, 0, 0);
      while (stop.getCount() > 0) {
        Desk.Round round = open.desk().round();
        Desk.Tally tally = open.desk().tally();
        if (!tally.equals(last)) {
          surroundings
              .out()
              .printf(
                  "answered %d, waiting for a person %d, failed %d%n",
                  tally.done(), tally.waiting(), tally.failed());
          surroundings.out().flush();
          last = tally;
        }
        if (round.isIdle()) {
          if (isOnce || stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
            break;
          }
        }
      }
    } finally {
      Signals.unregister("INT", before);
    }
    return Exit.OK.code();
  }
}
