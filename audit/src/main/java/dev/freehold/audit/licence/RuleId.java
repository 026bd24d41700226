package dev.freehold.audit.licence;

import java.util.Locale;

/// A question to a licence that matters to whoever depends on a model.
public enum RuleId {
  /// Commercial use.
  COMM,
  /// A number of users from which permission must be asked.
  MAU,
  /// A revenue from which the terms differ or end.
  REV,
  /// Uses that are forbidden.
  FIELD,
  /// Forbidden uses that stand at an address, where they can be changed.
  AUPURL,
  /// Terms that the licensor may change.
  CHANGE,
  /// Improving other models with it or its outputs.
  TRAIN,
  /// Distilled models as derivatives.
  DISTIL,
  /// Claims on what it writes.
  OUT,
  /// How a derived model's name must begin.
  NAME,
  /// What must be displayed.
  SHOW,
  /// Notices that go with copies.
  NOTICE,
  /// The licence's own copy that goes with copies.
  COPY,
  /// Changes that must be marked.
  MARK,
  /// Restrictions that must flow into one's own contracts.
  PASS,
  /// Hosted access as distribution.
  HOST,
  /// A licence of patents.
  PAT,
  /// What a lawsuit ends.
  SUIT,
  /// How it ends, and what is due then.
  END,
  /// Revocation without a breach.
  REVOKE,
  /// Restriction from afar.
  REMOTE,
  /// The duty to use the latest version.
  LATEST,
  /// Excluded places.
  GEO,
  /// Indemnity.
  INDEM,
  /// Law and courts.
  LAW,
  /// Registration or a click before the download.
  GATE,
  /// Safety features that may not be weakened.
  GUARD;

  /// The answer where nobody can tell.
  public static final String UNKNOWN = "unknown";

  /// The name as settings may write it, in any case.
  public static RuleId named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
