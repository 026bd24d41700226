package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.workflow.ApprovalLinks;
import dev.freehold.desk.work.Desk;
import dev.freehold.server.KeyFile;
import dev.freehold.server.Security;
import dev.freehold.server.Server;
import dev.freehold.server.ServerOptions;
import dev.freehold.server.page.WorkflowPages;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
      "What waits for a person is decided on a page of this machine, whose address is printed, or"
          + " by \"freehold desk waiting\" and \"freehold desk decide\". Where there are keys"
          + " (freehold keys), the page wants one that may manage."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  freehold desk serve shop", "  freehold desk serve shop --once"})
final class DeskServeCommand implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 300;

  private final Surroundings surroundings;
  private final WebServerLog libraries = new WebServerLog();

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The desk's folder.")
  private Path folder = Path.of("");

  @Option(names = "--once", description = "End when there is nothing to do but wait.")
  private boolean isOnce;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where the page is; 9942 by default, 0 for a free one.")
  private int port = 9942;

  @Option(names = "--no-page", description = "Serve no page.")
  private boolean isWithoutPage;

  DeskServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    CountDownLatch stop = new CountDownLatch(1);
    Object before = Signals.register("INT", stop::countDown);
    try (OpenDesk open =
            new OpenDesk(
                surroundings,
                DeskFolder.open(folder),
                notice -> surroundings.err().println("note: " + notice));
        AutoCloseable page = isWithoutPage || isOnce ? () -> {} : page(open.journal())) {
      surroundings.err().println("the desk works in " + folder + "; Ctrl-C ends it");
      Optional<Desk.Tally> last = Optional.empty();
      while (stop.getCount() > 0) {
        Desk.Round round = open.desk().round();
        if (last.isEmpty() || !round.isIdle()) { // else nothing can have changed
          last = Optional.of(told(open.desk().tally(), last));
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

  /// Prints how many tickets are in which state, where that is not what was printed last.
  private Desk.Tally told(Desk.Tally tally, Optional<Desk.Tally> last) {
    if (!last.equals(Optional.of(tally))) {
      surroundings
          .out()
          .printf(
              "answered %d, waiting for a person %d, failed %d%n",
              tally.done(), tally.waiting(), tally.failed());
      surroundings.out().flush();
    }
    return tally;
  }

  /// The page on which people decide.
  private Server page(Journal journal) {
    libraries.quieten();
    AtomicInteger bound = new AtomicInteger(port);
    ApprovalLinks links =
        WorkflowWork.links(
            surroundings, folder.resolve("state"), () -> "http://127.0.0.1:" + bound.get());
    Security security =
        new Security(
            List.of(), List.of(), new KeyFile(KeysCommand.file(surroundings)), Optional.empty());
    Server server =
        ServeCommand.start(
            ServerOptions.loopback(port, surroundings.clock()).withSecurity(security),
            WorkflowServeCommand.backends(),
            measured -> List.of(new WorkflowPages(new ServedWorkflows(journal, links), true)),
            "Say another with --port; 0 is any that is free. Without a page: --no-page.");
    bound.set(server.port());
    surroundings
        .err()
        .println("people decide at http://127.0.0.1:%d/workflows".formatted(server.port()));
    return server;
  }
}
