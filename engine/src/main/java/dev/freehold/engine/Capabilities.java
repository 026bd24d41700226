package dev.freehold.engine;

import dev.freehold.chat.ServedModel.Capability;
import dev.freehold.engine.reply.ReplyFormat;
import dev.freehold.tensor.Metadata;
import java.util.EnumSet;
import java.util.Set;

/// What a model can do beside writing text, as far as its template and its file tell.
public final class Capabilities {
  private Capabilities() {}

  public static Set<Capability> of(LocalModel local) {
    Set<Capability> found = EnumSet.noneOf(Capability.class);
    ReplyFormat format = ReplyFormat.of(local.templates(), local.tokenizer());
    if (format.supportsTools()) {
      found.add(Capability.TOOLS);
    }
    if (format.supportsReasoning()) {
      found.add(Capability.REASONING);
    }
    Metadata metadata = local.model().store().metadata();
    if (metadata.has(metadata.string("general.architecture", "") + ".pooling_type")) {
      found.add(Capability.EMBEDDING);
    }
    return found;
  }
}
