/// What is audited: documents, files and statements, from a folder or a file.
@org.jspecify.annotations.NullMarked
package dev.freehold.audit.subject;
