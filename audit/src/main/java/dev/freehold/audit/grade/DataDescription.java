package dev.freehold.audit.grade;

import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.ModelCard;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the documents of a model say of the data that it was trained on, by the topics that the
/// Open Source AI Definition asks for.
///
/// Whether a topic is addressed can be read; whether what is said is true and complete cannot.
///
/// @param addressed topics with the line that addresses each
/// @param missing topics of which nothing was found
public record DataDescription(Map<String, Span> addressed, List<String> missing) {
  private static final Map<String, List<String>> TOPICS = topics();

  public DataDescription {
    addressed = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(addressed));
    missing = List.copyOf(missing);
  }

  private static Map<String, List<String>> topics() {
    Map<String, List<String>> topics = new LinkedHashMap<>();
    topics.put("provenance", List.of("source", "made by", "provenance", "collected from", "crawl"));
    topics.put("scope", List.of("size", "documents", "tokens", "languages", "characters"));
    topics.put(
        "how it was obtained and selected",
        List.of("obtained", "selected", "selection", "generated", "held out", "sampled"));
    topics.put("labelling", List.of("label", "annotat", "judged", "marked"));
    topics.put(
        "processing and filtering",
        List.of("filter", "dedup", "preprocess", "processing", "cleaned", "tokeni", "drawn again"));
    return java.util.Collections.unmodifiableMap(topics);
  }

  /// Reads data cards, and where there is none the parts of the model card that speak of data.
  static DataDescription of(Subject subject) {
    List<Document> documents = new ArrayList<>();
    for (Document document : subject.documents()) {
      if (NamedFiles.matches(Component.DATA_CARD, document.name().toLowerCase(Locale.ROOT))) {
        documents.add(document);
      }
    }
    Map<String, Span> addressed = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    TOPICS.forEach((topic, words) -> {
      for (Document document : documents) {
        CardText.mentions(document, words, 1).forEach(span -> addressed.putIfAbsent(topic, span));
      }
      if (!addressed.containsKey(topic)) {
        missing.add(topic);
      }
    });
    return new DataDescription(addressed, missing);
  }

  /// Lines of the model card about what it was trained on.
  static List<Span> inModelCard(Subject subject) {
    return subject
        .document(ModelCard.FILE)
        .map(card ->
            CardText.mentions(
                card, List.of("training data", "trained on", "pretraining data", "dataset"), 3))
        .orElse(List.of());
  }
}
