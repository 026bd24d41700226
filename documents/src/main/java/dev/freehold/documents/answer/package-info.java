/// Answers of a model from passages, with citations that were checked.
package dev.freehold.documents.answer;
