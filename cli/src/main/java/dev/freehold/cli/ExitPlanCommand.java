package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `freehold exit plan`: what depends on which vendor, and what would take its place.
@Command(name = "plan")
final class ExitPlanCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CliException("not there yet");
  }
}
