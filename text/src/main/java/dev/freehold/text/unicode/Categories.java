package dev.freehold.text.unicode;

/// General categories as bit sets: bit `n` is the category with number `n`.
public final class Categories {
  public static final int LETTER =
      1 << Character.UPPERCASE_LETTER
          | 1 << Character.LOWERCASE_LETTER
          | 1 << Character.TITLECASE_LETTER
          | 1 << Character.MODIFIER_LETTER
          | 1 << Character.OTHER_LETTER;
  public static final int MARK =
      1 << Character.NON_SPACING_MARK
          | 1 << Character.ENCLOSING_MARK
          | 1 << Character.COMBINING_SPACING_MARK;
  public static final int NUMBER =
      1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;
  public static final int PUNCTUATION =
      1 << Character.CONNECTOR_PUNCTUATION
          | 1 << Character.DASH_PUNCTUATION
          | 1 << Character.START_PUNCTUATION
          | 1 << Character.END_PUNCTUATION
          | 1 << Character.INITIAL_QUOTE_PUNCTUATION
          | 1 << Character.FINAL_QUOTE_PUNCTUATION
          | 1 << Character.OTHER_PUNCTUATION;
  public static final int SYMBOL =
      1 << Character.MATH_SYMBOL
          | 1 << Character.CURRENCY_SYMBOL
          | 1 << Character.MODIFIER_SYMBOL
          | 1 << Character.OTHER_SYMBOL;
  public static final int SEPARATOR =
      1 << Character.SPACE_SEPARATOR
          | 1 << Character.LINE_SEPARATOR
          | 1 << Character.PARAGRAPH_SEPARATOR;
  public static final int OTHER =
      1 << Character.CONTROL
          | 1 << Character.FORMAT
          | 1 << Character.SURROGATE
          | 1 << Character.PRIVATE_USE
          | 1 << Character.UNASSIGNED;
  static final int WORD =
      MARK | 1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.CONNECTOR_PUNCTUATION;

  private static final String NAMES =
      "L:Letter M:Mark N:Number P:Punctuation S:Symbol Z:Separator C:Other Lu:Uppercase_Letter"
          + " Ll:Lowercase_Letter Lt:Titlecase_Letter Lm:Modifier_Letter Lo:Other_Letter"
          + " Mn:Nonspacing_Mark Mc:Spacing_Mark Me:Enclosing_Mark Nd:Decimal_Number"
          + " Nl:Letter_Number No:Other_Number Pc:Connector_Punctuation Pd:Dash_Punctuation"
          + " Ps:Open_Punctuation Pe:Close_Punctuation Pi:Initial_Punctuation"
          + " Pf:Final_Punctuation Po:Other_Punctuation Sm:Math_Symbol Sc:Currency_Symbol"
          + " Sk:Modifier_Symbol So:Other_Symbol Zs:Space_Separator Zl:Line_Separator"
          + " Zp:Paragraph_Separator Cc:Control Cf:Format Cs:Surrogate Co:Private_Use"
          + " Cn:Unassigned ";

  private Categories() {}

  /// The set of a category by its short or long name, letter case ignored; 0 if there is none.
  public static int named(String name) {
    for (String entry : NAMES.strip().split(" ")) {
      int colon = entry.indexOf(':');
      String shortName = entry.substring(0, colon);
      String longName = entry.substring(colon + 1).replace("_", "");
      if (shortName.equalsIgnoreCase(name) || longName.equalsIgnoreCase(name.replace("_", ""))) {
        return ofShort(shortName);
      }
    }
    return 0;
  }

  private static int ofShort(String name) {
    return switch (name) {
      case "L" -> LETTER;
      case "M" -> MARK;
      case "N" -> NUMBER;
      case "P" -> PUNCTUATION;
      case "S" -> SYMBOL;
      case "Z" -> SEPARATOR;
      case "C" -> OTHER;
      case "Lu" -> 1 << Character.UPPERCASE_LETTER;
      case "Ll" -> 1 << Character.LOWERCASE_LETTER;
      case "Lt" -> 1 << Character.TITLECASE_LETTER;
      case "Lm" -> 1 << Character.MODIFIER_LETTER;
      case "Lo" -> 1 << Character.OTHER_LETTER;
      case "Mn" -> 1 << Character.NON_SPACING_MARK;
      case "Mc" -> 1 << Character.COMBINING_SPACING_MARK;
      case "Me" -> 1 << Character.ENCLOSING_MARK;
      case "Nd" -> 1 << Character.DECIMAL_DIGIT_NUMBER;
      case "Nl" -> 1 << Character.LETTER_NUMBER;
      case "No" -> 1 << Character.OTHER_NUMBER;
      case "Pc" -> 1 << Character.CONNECTOR_PUNCTUATION;
      case "Pd" -> 1 << Character.DASH_PUNCTUATION;
      case "Ps" -> 1 << Character.START_PUNCTUATION;
      case "Pe" -> 1 << Character.END_PUNCTUATION;
      case "Pi" -> 1 << Character.INITIAL_QUOTE_PUNCTUATION;
      case "Pf" -> 1 << Character.FINAL_QUOTE_PUNCTUATION;
      case "Po" -> 1 << Character.OTHER_PUNCTUATION;
      case "Sm" -> 1 << Character.MATH_SYMBOL;
      case "Sc" -> 1 << Character.CURRENCY_SYMBOL;
      case "Sk" -> 1 << Character.MODIFIER_SYMBOL;
      case "So" -> 1 << Character.OTHER_SYMBOL;
      case "Zs" -> 1 << Character.SPACE_SEPARATOR;
      case "Zl" -> 1 << Character.LINE_SEPARATOR;
      case "Zp" -> 1 << Character.PARAGRAPH_SEPARATOR;
      case "Cc" -> 1 << Character.CONTROL;
      case "Cf" -> 1 << Character.FORMAT;
      case "Cs" -> 1 << Character.SURROGATE;
      case "Co" -> 1 << Character.PRIVATE_USE;
      default -> 1 << Character.UNASSIGNED;
    };
  }
}
