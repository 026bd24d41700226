/// Steps that people write down in a file: models, choices, searches, actions, and the people who
/// are waited for, each done exactly once whatever breaks in between.
package dev.freehold.agent.workflow;
