package dev.freehold.kernel;

/// Parameters of an xIELU activation: length of a row, the slopes of both sides, and epsilon.
public record Xielu(int n, float alphaP, float alphaN, float beta, float epsilon) {}
