package dev.freehold.kernel;

/// Parameters of gpt-oss's gate: length of a row, slope of the sigmoid and limit of the clamp.
public record ClampedSwiglu(int n, float alpha, float limit) {}
