/// What all parts of the index over documents share.
package dev.freehold.documents;
