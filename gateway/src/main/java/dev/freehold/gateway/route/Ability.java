package dev.freehold.gateway.route;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// What a target can be asked for, beside text.
public enum Ability {
  TOOLS,
  /// Images that are sent with a message.
  IMAGES,
  /// Images that the target fetches itself. Whoever runs it decides, since a server of one's own
  /// could be led to addresses inside of one's network.
  IMAGE_LINKS,
  /// An answer that is JSON, of a schema or any.
  SCHEMA,
  /// An answer that a regular expression matches, or one of some texts.
  GUIDED,
  /// Probabilities of tokens.
  LOGPROBS,
  /// Text or tokens that are no conversation.
  RAW,
  /// Receipts, by which an answer can be computed again.
  RECEIPTS,
  /// To go on with an answer that another began.
  CONTINUE;

  /// What most servers can.
  public static final Set<Ability> USUAL = Set.copyOf(EnumSet.of(TOOLS, SCHEMA));

  /// What the engine in this process can.
  public static final Set<Ability> OF_ENGINE =
      Set.copyOf(EnumSet.of(TOOLS, SCHEMA, GUIDED, LOGPROBS, RAW, RECEIPTS, CONTINUE));

  /// The name in configuration files: `image_links`.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
