package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.workflow.StepException;
import dev.freehold.cli.Session.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A step of a workflow that searches documents.
class WorkflowDocumentsTest {
  private static final String FILE =
      """
      workflow: lookup
      input: [question]
      steps:
        - id: pages
          documents: {index: handbook, query: "{{ input.question }}"}
      """;

  @TempDir private Path home = Path.of("unset");

  private Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  @Test
  void passagesOfAnIndexAreTheStepsValue() throws IOException {
    Path pages = Files.createDirectories(home.resolve("pages"));
    Files.writeString(
        pages.resolve("leave.md"), "# Leave\n\n## Notice\n\nThe notice period is three months.\n");
    Path file = home.resolve("lookup.yaml");
    Files.writeString(file, FILE);
    String[] asked = {
      "workflow", "run", "" + file, "--input", "{\"question\":\"How long is the notice period?\"}"
    };
    Result without = run(asked);
    assertThat(without.exit()).isNotEqualTo(Exit.OK);
    assertThat(without.err() + without.out()).contains("handbook: there is no such index");
    Result added = run("documents", "add", "handbook", "" + pages);
    assertThat(added.exit()).as(added.err()).isEqualTo(Exit.OK);
    Result found = run(asked);
    assertThat(found.exit()).as(found.err()).isEqualTo(Exit.OK);
    assertThat(found.out())
        .contains("The notice period is three months.")
        .contains("leave.md")
        .contains("Notice");
    Result none =
        run("workflow", "run", "" + file, "--input", "{\"question\":\"Who sells bumblebees?\"}");
    assertThat(none.exit()).as(none.err()).isEqualTo(Exit.OK);
    assertThat(none.out()).contains("false");
  }

  @Test
  void anIndexStaysOpenAndWhatIsAddedMeanwhileIsFound() throws IOException {
    Path pages = Files.createDirectories(home.resolve("pages"));
    Files.writeString(pages.resolve("leave.md"), "The notice period is three months.\n");
    assertThat(run("documents", "add", "handbook", "" + pages).exit()).isEqualTo(Exit.OK);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
            home,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Clock.systemUTC());
    try (WorkflowDocuments documents = new WorkflowDocuments(surroundings)) {
      assertThat(documents.search("handbook", "notice period", 5)).hasSize(1);
      assertThat(documents.search("handbook", "parking space", 5)).isEmpty();
      Files.writeString(pages.resolve("cars.md"), "Every parking space has a number.\n");
      assertThat(run("documents", "update", "handbook").exit()).isEqualTo(Exit.OK);
      assertThat(documents.search("handbook", "parking space", 5)).hasSize(1);
      assertThat(run("documents", "remove", "handbook").exit()).isEqualTo(Exit.OK);
      assertThatThrownBy(() -> documents.search("handbook", "parking space", 5))
          .isInstanceOf(StepException.class)
          .hasMessageContaining("there is no such index");
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).containsOnlyOnce("searched by words alone");
  }
}
