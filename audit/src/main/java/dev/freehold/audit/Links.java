package dev.freehold.audit;

import dev.freehold.audit.Finding.Verdict;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.ModelCard;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Statement;
import dev.freehold.audit.subject.Subject;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The addresses that a model's card names for data, licences and code, and whether they answer.
public final class Links {
  private static final int MOST = 60;
  private static final int LONGEST = 500;
  private static final String SCHEME = "https://";
  private static final String ENDS = " \t\r\n\"'<>()[]{}|\\^`";

  private Links() {}

  /// Asks whether an address answers.
  public interface Probe {
    /// What came of asking.
    ///
    /// @param code of HTTP; empty where there was no answer, or none was asked for
    /// @param reason in a few words
    record Answer(Optional<Integer> code, String reason) {}

    Answer ask(URI address);
  }

  /// A finding for each address that is gone, and one for each that cannot be told.
  public static List<Finding> check(Subject subject, Probe probe) {
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<URI, Span> link : of(subject).entrySet()) {
      Probe.Answer answer = probe.ask(link.getKey());
      int code = answer.code().orElse(0);
      if (code >= 200 && code < 400) {
        continue;
      }
      boolean gone = code == 404 || code == 410;
      findings.add(
          new Finding(
              "link-gone",
              gone ? Verdict.FOUND : Verdict.UNKNOWN,
              gone ? "an address that the card names is gone" : "an address did not answer",
              "%s: %s".formatted(link.getKey(), answer.reason()),
              List.of(link.getValue())));
    }
    return findings;
  }

  /// The addresses of a model, each with the place where it stands.
  static Map<URI, Span> of(Subject subject) {
    Map<URI, Span> links = new LinkedHashMap<>();
    for (Statement data : subject.stated("datasets")) {
      if (data.value().matches("[\\w.-]{1,100}/[\\w.-]{1,100}")) {
        add(links, "https://huggingface.co/datasets/" + data.value(), data.span());
      } else {
        add(links, data.value(), data.span());
      }
    }
    subject.stated("license_link").forEach(link -> add(links, link.value(), link.span()));
    subject.document(ModelCard.FILE).ifPresent(card -> addAll(links, card));
    return links;
  }

  private static void addAll(Map<URI, Span> links, Document card) {
    String text = card.text();
    for (int from = text.indexOf(SCHEME); from >= 0; from = text.indexOf(SCHEME, from + 1)) {
      int to = from;
      while (to < text.length() && to - from < LONGEST && ENDS.indexOf(text.charAt(to)) < 0) {
        to++;
      }
      while (to > from && ".,;:!?".indexOf(text.charAt(to - 1)) >= 0) {
        to--;
      }
      add(links, text.substring(from, to), card.span(from, to));
      if (links.size() >= MOST) {
        return;
      }
    }
  }

  private static void add(Map<URI, Span> links, String text, Span span) {
    if (links.size() >= MOST || !text.startsWith(SCHEME) || text.length() > LONGEST) {
      return;
    }
    try {
      URI address = URI.create(text);
      if (address.getHost() != null && address.getUserInfo() == null) {
        links.putIfAbsent(address, span);
      }
    } catch (IllegalArgumentException noAddress) {
      // a card may say what it likes
    }
  }
}
