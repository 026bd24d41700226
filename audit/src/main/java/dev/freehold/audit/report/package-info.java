/// A report as text, JSON or a page.
@org.jspecify.annotations.NullMarked
package dev.freehold.audit.report;
