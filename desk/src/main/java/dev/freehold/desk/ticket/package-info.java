/// Tickets, and where they come from.
package dev.freehold.desk.ticket;
