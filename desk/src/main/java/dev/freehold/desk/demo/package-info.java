/// A day at the desk of a shop that does not exist, to try everything with.
package dev.freehold.desk.demo;
