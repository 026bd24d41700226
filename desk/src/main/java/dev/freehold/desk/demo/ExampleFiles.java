package dev.freehold.desk.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The files of a desk to begin with: a workflow, and the pages of a shop that does not exist.
public final class ExampleFiles {
  private static final List<String> PAGES =
      List.of("delivery.md", "returns.md", "billing.md", "account.md");
  private static final String WORKFLOW = "workflow.yaml";

  private ExampleFiles() {}

  /// Writes them: the workflow into a folder, the pages into another.
  public static void write(Path folder, Path pages) throws IOException {
    Files.createDirectories(pages);
    for (String page : PAGES) {
      Files.writeString(pages.resolve(page), text(page));
    }
    Files.writeString(folder.resolve(WORKFLOW), workflow());
  }

  /// What is done with a ticket.
  public static String workflow() throws IOException {
    return text(WORKFLOW);
  }

  private static String text(String name) throws IOException {
    try (InputStream in = ExampleFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
