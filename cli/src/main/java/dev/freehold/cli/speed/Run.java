package dev.freehold.cli.speed;

import dev.freehold.cli.speed.Limit.Share;
import java.util.Optional;

/// One run of a test.
///
/// @param share of the limit that bounds the test, as it was measured around this run; empty where
///   it could not be measured
public record Run(double tokensPerSecond, Optional<Share> share) {}
