/// The desk's day: tickets become runs of a workflow, and runs go on as people decide.
package dev.freehold.desk.work;
