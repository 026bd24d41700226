package dev.freehold.server;

/// A request that is not answered, or a server that cannot start.
public final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ServerException(Problem problem) {
    super(problem.message());
    this.problem = problem;
  }

  public ServerException(Problem.Kind kind, String message) {
    this(Problem.of(kind, message));
  }

  /// A server that cannot start or go on.
  public ServerException(String message, Throwable cause) {
    super(message, cause);
    this.problem = Problem.of(Problem.Kind.FAILED, message);
  }

  public Problem problem() {
    return problem;
  }
}
