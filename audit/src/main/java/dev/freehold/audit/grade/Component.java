package dev.freehold.audit.grade;

import java.util.Locale;

/// A part of what a model consists of, as the Model Openness Framework counts them.
public enum Component {
  ARCHITECTURE(Kind.CODE, 3),
  PARAMETERS(Kind.DATA, 3),
  EVALUATION_RESULTS(Kind.DOCUMENT, 3),
  MODEL_CARD(Kind.DOCUMENT, 3),
  DATA_CARD(Kind.DOCUMENT, 3),
  TECHNICAL_REPORT(Kind.DOCUMENT, 3),
  TRAINING_CODE(Kind.CODE, 2),
  INFERENCE_CODE(Kind.CODE, 2),
  EVALUATION_CODE(Kind.CODE, 2),
  EVALUATION_DATA(Kind.DATA, 2),
  DATASETS(Kind.DATA, 1),
  PREPROCESSING_CODE(Kind.CODE, 1),
  INTERMEDIATE_PARAMETERS(Kind.DATA, 1),
  RESEARCH_PAPER(Kind.DOCUMENT, 1),
  SAMPLE_OUTPUTS(Kind.DATA, 0),
  LIBRARIES(Kind.CODE, 0),
  MODEL_METADATA(Kind.DATA, 0);

  /// What kind of thing it is, which tells the kinds of licence that fit.
  public enum Kind {
    CODE,
    DATA,
    DOCUMENT
  }

  private final Kind kind;
  private final int requiredFrom;

  Component(Kind kind, int requiredFrom) {
    this.kind = kind;
    this.requiredFrom = requiredFrom;
  }

  public Kind kind() {
    return kind;
  }

  /// The least open class (3, 2 or 1) that requires it; 0 where none does.
  public int requiredFrom() {
    return requiredFrom;
  }

  /// The name as people read it, and as `openness.yaml` has it with underscores.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
