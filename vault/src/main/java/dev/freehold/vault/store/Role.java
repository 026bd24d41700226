package dev.freehold.vault.store;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a file of a kept model is for, and so which ModelPack media type its layer has.
public enum Role {
  WEIGHTS(Kind.WEIGHT),
  CONFIG(Kind.WEIGHT_CONFIG),
  TOKENIZER(Kind.WEIGHT_CONFIG),
  TEMPLATE(Kind.WEIGHT_CONFIG),
  LICENSE(Kind.DOC),
  POLICY(Kind.DOC),
  CARD(Kind.DOC),
  LINEAGE(Kind.DOC),
  RECIPE(Kind.DOC),
  TRANSCRIPT(Kind.DOC),
  CODE(Kind.CODE),
  DATASET(Kind.DATASET),
  /// Whence each file came, and what the server said of it.
  EVIDENCE(Kind.DOC),
  /// What the engine answered when the model was kept.
  GOLDEN(Kind.DOC),
  /// Checksums of a file's blocks, which say where it is damaged.
  BLOCK_SUMS(Kind.DOC),
  OTHER(Kind.DOC);

  /// Source: the ModelPack specification of the CNCF, "Model Artifact Specification"; always `raw`,
  /// so that a layer's digest is the file's.
  private enum Kind {
    WEIGHT("weight"),
    WEIGHT_CONFIG("weight.config"),
    DOC("doc"),
    CODE("code"),
    DATASET("dataset");

    private final String name;

    Kind(String name) {
      this.name = name;
    }
  }

  private final Kind kind;

  Role(Kind kind) {
    this.kind = kind;
  }

  public String mediaType() {
    return "application/vnd.cncf.model." + kind.name + ".v1.raw";
  }

  /// The name in annotations and reports.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Whether Freehold wrote the file about the model, and it is not of the model.
  public boolean isRecord() {
    return this == EVIDENCE || this == GOLDEN || this == BLOCK_SUMS || this == LINEAGE;
  }

  static Optional<Role> ofLabel(String label) {
    return Arrays.stream(values()).filter(role -> role.label().equals(label)).findFirst();
  }

  /// The role of a layer that says none, as other tools write them.
  static Role ofMediaType(String mediaType) {
    return Arrays.stream(values())
        .filter(
            role -> mediaType.startsWith("application/vnd.cncf.model." + role.kind.name + ".v1"))
        .findFirst()
        .map(role -> role.kind == Kind.DOC ? OTHER : role)
        .orElse(OTHER);
  }
}
