package dev.freehold.agent.workspace;

import java.util.Optional;

/// One file or link that two snapshots differ in.
///
/// @param path within the folder, `/` between names
/// @param before what it was; empty where it was not there
/// @param after what it is; empty where it is not there
record FileChange(String path, Optional<Node> before, Optional<Node> after) {}
