package dev.freehold.text;

/// A model for which a run of line feeds that is a token as a whole is that token.
final class NewlineModel implements Model {
  private final BytePairModel model;

  NewlineModel(BytePairModel model) {
    this.model = model;
  }

  @Override
  public Vocabulary vocabulary() {
    return model.vocabulary();
  }

  @Override
  public Run start() {
    Run run = model.start();
    return (points, from, to, out) -> {
      int i = from;
      while (i < to && points[i] == '\n') {
        i++;
      }
      int whole = i == to ? vocabulary().find(points, from, to) : -1;
      if (whole >= 0) {
        out.add(whole);
      } else {
        run.encode(points, from, to, out);
      }
    };
  }
}
