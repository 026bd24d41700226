package dev.freehold.cli;

import dev.freehold.cli.speed.Limit;
import dev.freehold.cli.speed.LlamaBench;
import dev.freehold.cli.speed.Median;
import dev.freehold.cli.speed.TestSpeeds;
import dev.freehold.cli.speed.TransparentHugePages;

/// The JSON object of `freehold bench`.
final class BenchJson {
  private final BenchReport report;
  private final JsonPrinter printer;

  private BenchJson(BenchReport report, JsonPrinter printer) {
    this.report = report;
    this.printer = printer;
  }

  static void print(BenchReport report, Surroundings surroundings) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      new BenchJson(report, printer).print();
    }
  }

  private void print() {
    printer.object(() -> {
      printer.field("model", report.found().name());
      printer.field("description", report.description());
      printer.field("weight_bytes", report.opened().weightBytes());
      printer.field("parameters", report.opened().parameters());
      printer.field("kernel", report.tier());
      printer.object("kernels", () -> report.kernels().forEach(printer::field));
      printer.field("prepared", report.opened().isPrepared());
      printer.field("huge_pages", TransparentHugePages.setting());
      printer.field("threads", report.threads());
      printer.field("load_seconds", report.once().loadSeconds());
      printer.field("first_token_seconds", report.once().firstTokenSeconds());
      report.once().peakBytes().ifPresent(bytes -> printer.field("peak_memory_bytes", bytes));
      printLimits();
      report.peer().ifPresent(this::printPeer);
      printer.array("tests", report.tests(), this::printTest);
    });
  }

  private void printLimits() {
    for (Limit limit : Limit.values()) {
      String name =
          switch (limit) {
            case READ -> "read_bandwidth_bytes_per_second";
            case INT8 -> "int8_operations_per_second";
            case F32 -> "f32_operations_per_second";
          };
      double[] found = report.limits().found(limit);
      if (found.length > 0) {
        printer.field(name, Median.of(found));
      }
    }
    report
        .once()
        .plainLoads()
        .ifPresent(share -> printer.field("plain_loads_percent", 100 * share));
    if (!report.limits().missing().isEmpty()) {
      printer.array("not_measured", report.limits().missing(), printer::value);
    }
  }

  private void printPeer(LlamaBench peer) {
    printer.object(
        "peer",
        () -> {
          printer.field("name", peer.name());
          printer.field("build", peer.build());
          printer.array("options", peer.options(), printer::value);
        });
  }

  private void printTest(TestSpeeds test) {
    printer.object(() -> {
      printer.field("test", test.test().name());
      printer.field("tokens", test.test().tokens());
      printer.field("tokens_per_second", test.own());
      printer.field("least", test.least());
      printer.field("most", test.most());
      test.ownShare()
          .ifPresent(share -> {
            if (share.limit() == Limit.READ) {
              printer.field("bandwidth_percent", share.percent());
            }
            printer.field("limit", share.limit().title());
            printer.field("limit_percent", share.percent());
          });
      test.peer().ifPresent(rate -> printer.field("peer_tokens_per_second", rate));
      test.peerShare().ifPresent(share -> printer.field("peer_limit_percent", share.percent()));
      test.ratio().ifPresent(ratio -> printer.field("ratio", ratio));
      test.leastRatio().ifPresent(ratio -> printer.field("least_ratio", ratio));
      test.mostRatio().ifPresent(ratio -> printer.field("most_ratio", ratio));
      test.withoutPeer().ifPresent(reason -> printer.field("not_compared", reason));
      printer.array("rounds", test.rounds(), this::printRound);
    });
  }

  private void printRound(TestSpeeds.Round round) {
    printer.object(() -> {
      printReached("", round.own());
      round.peer().ifPresent(peer -> printReached("peer_", peer));
      round.ratio().ifPresent(ratio -> printer.field("ratio", ratio));
    });
  }

  private void printReached(String whose, TestSpeeds.Reached reached) {
    printer.field(whose + "tokens_per_second", reached.tokensPerSecond());
    reached
        .share()
        .ifPresent(share -> {
          printer.field(whose + "limit", share.limit().title());
          printer.field(whose + "limit_rate", share.rate());
          printer.field(whose + "limit_percent", share.percent());
        });
  }
}
