/// The index: folders read into it, and passages found in it.
package dev.freehold.documents.index;
