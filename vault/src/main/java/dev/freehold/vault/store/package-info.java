/// A folder of models in the OCI image layout: blobs by digest, manifests, names.
@org.jspecify.annotations.NullMarked
package dev.freehold.vault.store;
