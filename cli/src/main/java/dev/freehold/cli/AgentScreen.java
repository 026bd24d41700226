package dev.freehold.cli;

import dev.freehold.agent.run.Answer;
import dev.freehold.agent.run.RunListener;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.chat.Message;
import java.io.PrintStream;

/// Shows what an agent does: its words on standard output, its calls on standard error. What models
/// and tools write is shown with its control characters spelled out.
final class AgentScreen implements RunListener {
  private static final int MAX_SUBJECT = 160;
  private static final int SHOWN_LINES = 4;
  private static final int MAX_LINE = 160;

  private final PrintStream out;
  private final PrintStream err;
  private boolean isInLine;
  private boolean hasText;

  AgentScreen(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public void said(String text, boolean isReplayed) {
    if (isReplayed) {
      err.println("> " + shortened(text));
    }
  }

  @Override
  public void text(String piece) {
    out.print(TerminalStreams.safe(piece));
    out.flush();
    isInLine = !piece.endsWith("\n");
    hasText = true;
  }

  @Override
  public void answered(Message.Assistant answer, Answer details, boolean isReplayed) {
    if (!hasText && !details.text().isEmpty() && !isReplayed) {
      text(details.text());
    }
    if (isReplayed && !details.text().isEmpty()) {
      err.println("  " + shortened(details.text()));
    }
    endLine();
    hasText = false;
  }

  private void endLine() {
    if (isInLine) {
      out.println();
      out.flush();
      isInLine = false;
    }
  }

  @Override
  public void calling(String tool, Effect effect) {
    endLine();
    String subject = effect.subject().text();
    boolean isFolder = subject.isEmpty() && effect.subject().kind() == Effect.Subject.Kind.PATH;
    String sought = effect.reach() == Effect.Reach.NOTHING ? effect.preview() : "";
    err.println(
        "- %s %s".formatted(safe(tool), shortened((isFolder ? "." : subject) + " " + sought)));
  }

  @Override
  public void called(String tool, ToolOutcome outcome, boolean isReplayed) {
    endLine();
    if (isReplayed) {
      err.println("- %s: done before".formatted(safe(tool)));
      return;
    }
    String mark = outcome.isError() ? "  ! " : "    ";
    String[] lines = outcome.text().strip().split("\n", -1);
    for (int i = 0; i < Math.min(lines.length, SHOWN_LINES); i++) {
      err.println(mark + safe(cut(lines[i], MAX_LINE)));
    }
    if (lines.length > SHOWN_LINES) {
      err.println("    ... %d more lines".formatted(lines.length - SHOWN_LINES));
    }
  }

  @Override
  public void notice(String text) {
    endLine();
    err.println("note: " + Failure.printable(text));
  }

  private static String shortened(String text) {
    return Failure.printable(cut(text.strip(), MAX_SUBJECT));
  }

  private static String cut(String text, int most) {
    return text.codePointCount(0, text.length()) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most)) + "…";
  }

  private static String safe(String text) {
    return TerminalStreams.safe(text).replace("\t", "    ");
  }
}
