/// What leaving vendors would take, in figures: from a ledger, a gateway's file and the models of a
/// machine.
@org.jspecify.annotations.NullMarked
package dev.freehold.cli.exit;
