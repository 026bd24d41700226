package dev.freehold.audit.grade;

import dev.freehold.audit.licence.Licence;
import dev.freehold.audit.licence.LicenceReader;
import dev.freehold.audit.licence.Reading;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.audit.licence.Terms;
import dev.freehold.audit.subject.Document;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Under which licence each component of a model is: its own, else that of its folder, else that of
/// its kind, else that of the whole. One whose text is not stored is none.
final class ComponentLicences {
  /// @param id what it is under; empty where nobody knows
  /// @param open whether that is open, by its stored text
  /// @param reason in a few words
  record Found(Optional<String> id, boolean open, String reason) {}

  private final Terms terms;
  private final RuleBook book;
  private final LicenceReader reader;

  ComponentLicences(Terms terms, RuleBook book) {
    this.terms = terms;
    this.book = book;
    this.reader = new LicenceReader(book);
  }

  /// What restricts use beside an open licence takes its openness.
  private Optional<Licence> whole() {
    return terms.plain().filter(licence -> !licence.open() || !terms.isRestricted());
  }

  Found of(Component component, Optional<String> stated, String file) {
    if (stated.isPresent()) {
      return own(stated.get());
    }
    return folder(file)
        .or(() -> ofKind(component))
        .map(licence -> found(licence, component))
        .orElseGet(() -> ofWhole(component));
  }

  private Found own(String id) {
    Optional<Licence> stored =
        terms.recognised().stream()
            .filter(licence -> licence.id().equalsIgnoreCase(id))
            .findFirst()
            .or(() ->
                terms.subject().documents().stream()
                    .filter(document -> document.fileName().contains("licen"))
                    .flatMap(document -> recognised(document).stream())
                    .filter(licence -> licence.id().equalsIgnoreCase(id))
                    .findFirst());
    return stored
        .map(licence -> new Found(Optional.of(licence.id()), licence.open(), licence.id()))
        .orElseGet(() ->
            new Found(
                Optional.of(id),
                false,
                "%s is claimed, its text is not stored%s"
                    .formatted(id, book.isOpenId(id) ? "" : ", and it is no open licence")));
  }

  private static Found found(Licence licence, Component component) {
    boolean odd =
        component.kind() == Component.Kind.CODE
            && (licence.id().startsWith("CC-") || licence.id().startsWith("CDLA"));
    return new Found(
        Optional.of(licence.id()),
        licence.open(),
        odd ? licence.id() + ", which is not meant for code" : licence.id());
  }

  private Optional<Licence> folder(String file) {
    String folder = file;
    while (folder.indexOf('/') >= 0) {
      folder = folder.substring(0, folder.lastIndexOf('/'));
      String prefix = folder + "/licen";
      for (Document document : terms.subject().documents()) {
        if (document.name().toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT))) {
          return recognised(document);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Licence> ofKind(Component component) {
    String kind =
        switch (component.kind()) {
          case CODE -> "code";
          case DATA -> "data";
          case DOCUMENT -> "doc";
        };
    boolean weights =
        component == Component.PARAMETERS || component == Component.INTERMEDIATE_PARAMETERS;
    return terms.subject().documents().stream()
        .filter(document -> document.name().indexOf('/') < 0 && !weights)
        .filter(
            document -> document.fileName().contains("licen") && document.fileName().contains(kind))
        .findFirst()
        .flatMap(this::recognised);
  }

  private Optional<Licence> recognised(Document document) {
    Reading reading = reader.read(document, Reading.Role.LICENCE);
    return reading.recognised().size() == 1 && reading.surplus() == 0
        ? Optional.of(reading.recognised().getFirst())
        : Optional.empty();
  }

  private Found ofWhole(Component component) {
    Optional<Licence> whole = whole();
    if (whole.isPresent()) {
      return found(whole.get(), component);
    }
    List<Licence> recognised = terms.recognised();
    if (terms.licenceTexts().isEmpty()) {
      return new Found(Optional.empty(), false, "no licence text is stored");
    }
    if (recognised.isEmpty()) {
      return new Found(Optional.empty(), false, "its licence text is none that is known");
    }
    return new Found(
        Optional.of(recognised.getFirst().id()),
        false,
        recognised.getFirst().id()
            + (recognised.getFirst().open() ? ", with terms beside it" : ", which is not open"));
  }
}
