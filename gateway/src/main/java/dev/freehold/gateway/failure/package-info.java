/// What can go wrong with an upstream, and what is done about each case.
package dev.freehold.gateway.failure;
