/// How open a model is, component by component.
@org.jspecify.annotations.NullMarked
package dev.freehold.audit.grade;
