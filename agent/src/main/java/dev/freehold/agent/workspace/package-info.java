/// The folder that an agent works in: a copy of the person's, with snapshots, whose differences are
/// taken over when the person says so.
package dev.freehold.agent.workspace;
