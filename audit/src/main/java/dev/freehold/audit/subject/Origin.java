package dev.freehold.audit.subject;

/// Where the bytes of a stored file came from, as somebody wrote down when they were stored.
///
/// @param file its name in the model
/// @param sha256 of the bytes that were stored then
/// @param address of the file; empty where nobody knows
/// @param revision of the model at that address; empty where nobody knows
/// @param time when it was written down
/// @param status what was checked then, and who states it
public record Origin(
    String file, String sha256, String address, String revision, String time, String status) {
  /// On one line, for people.
  public String described() {
    String from =
        address.isEmpty()
            ? ""
            : address + (revision.isEmpty() ? ", " : " of revision %s, ".formatted(revision));
    return "%s%s; %s".formatted(from, time, status);
  }

  /// The address without the file's name: what all files of one fetch share.
  String place() {
    return address.endsWith("/" + file)
        ? address.substring(0, address.length() - file.length())
        : address;
  }

  /// Place and revision, which tell one fetch from another.
  public String source() {
    String place = place();
    return place.isEmpty()
        ? "no address"
        : revision.isEmpty() ? place : "%s, revision %s".formatted(place, revision);
  }
}
