/// Files to text with its places, and text to passages.
package dev.freehold.documents.extract;
