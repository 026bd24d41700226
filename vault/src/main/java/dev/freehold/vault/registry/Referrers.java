package dev.freehold.vault.registry;

import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.tensor.StrictJson;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a registry lists as attached to a manifest.
///
/// Source: OCI distribution specification 1.1, "Listing Referrers" and its tag schema for
/// registries without that.
final class Referrers {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private Referrers() {}

  /// Sends an attachment, whose blobs are there, and makes sure that the registry lists it.
  static void put(RegistryClient client, Manifest attachment) throws InterruptedException {
    Descriptor own = attachment.descriptor();
    client.put(own.digest().toString(), Manifest.MEDIA_TYPE, attachment.toBytes());
    String subject = attachment.subject().orElseThrow().digest().hex();
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    Optional<RegistryClient.Document> known = client.referrers(subject);
    if (known.isPresent()) {
      JsonNode root = StrictJson.parse(known.get().bytes(), "the list of referrers");
      for (JsonNode each : root.path("manifests")) {
        if (each.path("digest").asString("").equals(own.digest().toString())) {
          return;
        }
        all.add(each);
      }
    }
    all.addObject()
        .put("mediaType", Manifest.MEDIA_TYPE)
        .put("digest", own.digest().toString())
        .put("size", own.size())
        .put("artifactType", attachment.artifactType());
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.put("schemaVersion", 2).put("mediaType", INDEX).set("manifests", all);
    client.put("sha256-" + subject, INDEX, index.toString().getBytes(StandardCharsets.UTF_8));
  }
}
