package dev.freehold.cli.launch;

/// The value of a variable in the environment of a client.
public sealed interface Setting {
  /// What the client gets.
  String value();

  /// What a shell gets to read; keys never stand in it.
  String shell();

  /// A value that everyone may see.
  record Plain(String value) implements Setting {
    @Override
    public String shell() {
      return ShellText.quoted(value);
    }
  }

  /// A key.
  ///
  /// @param shell an expression by which a shell gets the value
  record Secret(String value, String shell) implements Setting {
    @Override
    public String toString() {
      return shell;
    }
  }
}
