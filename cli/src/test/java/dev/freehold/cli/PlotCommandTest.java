package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `freehold plot`: where the image goes, what it shows, and what is refused.
class PlotCommandTest {
  @TempDir private Path home;

  private Path run(String name, String last) throws IOException {
    Path run = Files.createDirectories(home.resolve(name));
    Files.writeString(
        run.resolve("metrics.jsonl"),
        """
        {"step":1,"loss":3.5,"norm":1.0,"rate":1E-3,"tokens_per_second":9.5}
        {"step":2,"loss":3.25,"norm":1.0,"rate":1E-3,"tokens_per_second":9.5,"held_out":3.3}
        """
            + last);
    return run;
  }

  private Session.Result plot(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "plot";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return new Session(home).run(all);
  }

  @Test
  void aRunsImageStandsInItsFolderAndIsMadeAnew() throws IOException {
    Path run = run("first", "{\"step\":3,\"loss\"");
    Session.Result plotted = plot(run.toString());
    assertThat(plotted.exit()).as(plotted.err()).isEqualTo(Exit.OK);
    assertThat(plotted.out()).isEqualTo(run.resolve("loss.svg") + System.lineSeparator());
    assertThat(plotted.err()).contains("note: the last line of the metrics", "not whole");
    String image = Files.readString(run.resolve("loss.svg"));
    assertThat(image).startsWith("<svg").contains(">first<", "step 2, loss 3.2500, held out 3.3");
    assertThat(plot(run.toString()).exit()).isEqualTo(Exit.OK);
    assertThat(run.resolve("loss.svg")).hasContent(image);
    assertThat(run).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void severalRunsGoIntoOnePage() throws IOException {
    String first = run("one/same", "").toString();
    String second = run("two/same", "").toString();
    String page = home.resolve("both.html").toString();
    Session.Result plotted = plot(first, second, "--to", page, "--loss-axis", "log");
    assertThat(plotted.exit()).as(plotted.err()).isEqualTo(Exit.OK);
    assertThat(Files.readString(Path.of(page)))
        .startsWith("<!DOCTYPE html>")
        .contains("one/same<", "two/same<", "loss (log)");
    Session.Result again = plot(first, "--to", page);
    assertThat(again.exit()).isEqualTo(Exit.USAGE);
    assertThat(again.err()).contains("both.html exists", "--force");
    assertThat(plot(first, "--to", page, "--force").exit()).isEqualTo(Exit.OK);
  }

  @Test
  void whatCannotBeDrawnIsSaid() throws IOException {
    String run = run("run", "").toString();
    Session.Result nowhere = plot(run, run);
    assertThat(nowhere.exit()).isEqualTo(Exit.USAGE);
    assertThat(nowhere.err()).contains("--to FILE is missing");
    Session.Result kind = plot(run, "--to", "loss.png");
    assertThat(kind.exit()).isEqualTo(Exit.USAGE);
    assertThat(kind.err()).contains("loss.png is neither an image nor a page", ".svg or .html");
    Session.Result smooth = plot(run, "--smooth", "0");
    assertThat(smooth.exit()).isEqualTo(Exit.USAGE);
    assertThat(smooth.err()).contains("--smooth 0: expected 1 or more");
    Session.Result none = plot(home.resolve("none").toString());
    assertThat(none.exit()).isEqualTo(Exit.FAILURE);
    assertThat(none.err()).contains("none: no such file");
    Session.Result broken = plot(run("broken", "{}\n").toString());
    assertThat(broken.exit()).isEqualTo(Exit.FAILURE);
    assertThat(broken.err()).contains("metrics.jsonl: line 3: step: expected a number from 1");
    Session.Result locked = plot(run, "--to", home.resolve("gone/x.svg").toString());
    assertThat(locked.exit()).isEqualTo(Exit.FAILURE);
    assertThat(locked.err()).contains("x.svg cannot be written");
  }
}
