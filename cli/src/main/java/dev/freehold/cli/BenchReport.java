package dev.freehold.cli;

import dev.freehold.cli.speed.LimitProbe;
import dev.freehold.cli.speed.LlamaBench;
import dev.freehold.cli.speed.TestSpeeds;
import dev.freehold.cli.speed.Volume;
import dev.freehold.hub.FoundModel;
import dev.freehold.kernel.InstructionSet;
import dev.freehold.kernel.KernelChoice;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.model.Model;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What `freehold bench` found out, as both of its outputs tell it.
///
/// @param threads of ours, and of the peer
/// @param limits that were measured around the tests
record BenchReport(
    FoundModel found,
    Model opened,
    int threads,
    Once once,
    List<TestSpeeds> tests,
    LimitProbe limits,
    Optional<LlamaBench> peer) {
  /// What is measured once.
  ///
  /// @param plainLoads how much of the read bandwidth loads alone reach
  record Once(
      double loadSeconds,
      double firstTokenSeconds,
      OptionalLong peakBytes,
      OptionalDouble plainLoads) {}

  String description() {
    return Volume.description(opened);
  }

  /// The tier of the kernels and their width.
  String tier() {
    KernelOptions options = opened.kernels().options();
    int bits = options.laneBits() == 0 ? Kernels.vectorWidths().getLast() : options.laneBits();
    String vector = "vector " + bits;
    return switch (options.tier()) {
      case REFERENCE -> "reference";
      case VECTOR -> vector;
      case MACHINE ->
          Kernels.instructions(options.instructions()).map(InstructionSet::toString).orElse(vector);
    };
  }

  /// Kernels by name, and how many of the weight matrices each has.
  Map<String, Long> kernels() {
    return opened.kernels().choices().stream()
        .collect(Collectors.groupingBy(KernelChoice::kernel, TreeMap::new, Collectors.counting()));
  }
}
