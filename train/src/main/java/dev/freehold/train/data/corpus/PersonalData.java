package dev.freehold.train.data.corpus;

import dev.freehold.train.recipe.CorpusDescription;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Puts addresses that belong to nobody in the place of e-mail addresses and public IPv4 addresses.
///
/// Which one is chosen by the SHA-256 of the document's id and the number of the place in it, so
/// that it does not depend on what came before the document. An e-mail address becomes one of
/// `email@example.com` and `firstname.lastname@example.org`, as in FineWeb; an IPv4 address one of
/// the blocks for documentation of RFC 5737. Addresses of private networks and the like (RFC 6890)
/// stay. Every character is looked at a bounded number of times.
record PersonalData(CorpusDescription.Replacement what) {
  private static final String[] EMAILS = {"email@example.com", "firstname.lastname@example.org"};
  private static final String[] NETWORKS = {"192.0.2.", "198.51.100.", "203.0.113."};
  private static final int HOSTS = 254;
  private static final String LOCAL_MARKS = "!#$%&'*+/=?^_`{|}~-";

  /// The text with such places replaced.
  ///
  /// @param id of the document
  String replace(String text, byte[] id, MessageDigest digest) {
    String result = what.email() ? emails(text, id, digest) : text;
    return what.ipv4() ? addresses(result, id, digest) : result;
  }

  private static long choice(byte[] id, String kind, int place, MessageDigest digest) {
    digest.update(id);
    digest.update(kind.getBytes(StandardCharsets.US_ASCII));
    digest.update(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(place).array());
    return ByteBuffer.wrap(digest.digest()).order(ByteOrder.LITTLE_ENDIAN).getLong() >>> 1;
  }

  private static boolean isAlphanumeric(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static String emails(String text, byte[] id, MessageDigest digest) {
    StringBuilder out = new StringBuilder(text.length());
    int done = 0;
    int place = 0;
    for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      int from = localStart(text, at, done);
      int to = domainEnd(text, at + 1);
      if (from < at && to > 0) {
        String instead = EMAILS[(int) (choice(id, "email", place++, digest) % EMAILS.length)];
        out.append(text, done, from).append(instead);
        done = to;
      }
    }
    return out.append(text, done, text.length()).toString();
  }

  /// Where the part before an `@` begins: runs of letters, digits and marks, with single dots
  /// between them.
  private static int localStart(String text, int at, int least) {
    int from = at;
    while (from > least) {
      char c = text.charAt(from - 1);
      boolean dot = c == '.' && from < at && text.charAt(from) != '.';
      if (!dot && !isAlphanumeric(c) && LOCAL_MARKS.indexOf(c) < 0) {
        break;
      }
      from--;
    }
    return from < at && text.charAt(from) == '.' ? from + 1 : from;
  }

  /// Where the domain that begins at `from` ends: at least two names of letters, digits and inner
  /// hyphens with dots between them; 0 where there is none.
  private static int domainEnd(String text, int from) {
    int end = 0;
    int names = 0;
    int i = from;
    while (i < text.length() && isAlphanumeric(text.charAt(i))) {
      int last = i;
      while (i < text.length() && (isAlphanumeric(text.charAt(i)) || text.charAt(i) == '-')) {
        last = text.charAt(i) == '-' ? last : i;
        i++;
      }
      names++;
      end = last + 1;
      if (last + 1 != i || i == text.length() || text.charAt(i) != '.') {
        break;
      }
      i++;
    }
    return names >= 2 ? end : 0;
  }

  private static String addresses(String text, byte[] id, MessageDigest digest) {
    StringBuilder out = new StringBuilder(text.length());
    int done = 0;
    int place = 0;
    int i = 0;
    while (i < text.length()) {
      if (!isDigit(text.charAt(i))) {
        i++;
        continue;
      }
      int end = i; // of the run of digits and dots
      while (end < text.length() && (isDigit(text.charAt(end)) || isInnerDot(text, end))) {
        end++;
      }
      if (isPublicAddress(text.substring(i, Math.min(end, i + 16)))) {
        long choice = choice(id, "ipv4", place++, digest);
        out.append(text, done, i)
            .append(NETWORKS[(int) (choice % NETWORKS.length)])
            .append(1 + choice / NETWORKS.length % HOSTS);
        done = end;
      }
      i = end;
    }
    return out.append(text, done, text.length()).toString();
  }

  /// Whether a dot stands between digits.
  private static boolean isInnerDot(String text, int at) {
    return text.charAt(at) == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1));
  }

  private static boolean isPublicAddress(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    int[] numbers = new int[4];
    for (int i = 0; i < 4; i++) {
      if (parts[i].isEmpty() || parts[i].length() > 3) {
        return false;
      }
      numbers[i] = Integer.parseInt(parts[i]);
      if (numbers[i] > 255) {
        return false;
      }
    }
    return !isReserved(numbers[0], numbers[1], numbers[2]);
  }

  private static boolean isReserved(int a, int b, int c) {
    return switch (a) {
      case 0, 10, 127 -> true;
      case 100 -> b >= 64 && b < 128;
      case 169 -> b == 254;
      case 172 -> b >= 16 && b < 32;
      case 192 -> b == 168 || b == 0 && (c == 0 || c == 2);
      case 198 -> b == 18 || b == 19 || b == 51 && c == 100;
      case 203 -> b == 0 && c == 113;
      default -> a >= 224;
    };
  }
}
