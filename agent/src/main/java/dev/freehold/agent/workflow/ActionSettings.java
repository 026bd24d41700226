package dev.freehold.agent.workflow;

import java.net.URI;

/// How an action is set up by a workflow's file.
public sealed interface ActionSettings {
  /// A file for each payload.
  ///
  /// @param folder as the file says it; relative to where the workflow's file lies
  record Folder(String folder) implements ActionSettings {}

  /// A request to a server.
  ///
  /// @param knowsKeys whether the server does a request with an `Idempotency-Key` once, however
  ///   often it comes
  /// @param authorizationFrom the environment variable whose value is sent as `Authorization`;
  ///   empty for none
  record Post(URI address, boolean knowsKeys, String authorizationFrom) implements ActionSettings {}
}
