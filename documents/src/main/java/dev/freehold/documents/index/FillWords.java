package dev.freehold.documents.index;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Words of German and English questions that say nothing of what is asked for; written as
/// [Words#PLAIN] has them, without case and accents.
final class FillWords {
  private static final String GERMAN =
      "aber alle allem allen aller alles als also am an andere auch auf aus bei beim"
          + " bin bis bist bitte da dabei damit dann darf das dass dein deine dem den denn der"
          + " des dessen dich die dies diese diesem diesen dieser dieses dir doch dort du"
          + " durch durfen ein eine einem einen einer eines er es etwas euch euer fur gegen"
          + " gibt hab habe haben hat hatte hier hin ich ihm ihn ihnen ihr ihre im in indem"
          + " ins ist jede jedem jeden jeder jedes jetzt kann kannst kein keine konnen lauft"
          + " machen man mehr mein meine mich mir mit muss mussen nach nicht noch nun nur ob"
          + " oder ohne sehr sein seine sich sie sind so soll sollen sonst um und uns unser"
          + " unsere unter viel viele vielen vom von vor wann war waren warum was wegen weil"
          + " welche welchem welchen welcher welches wem wen wenn wer werden weshalb wessen"
          + " wie wieso wieviel wieviele will wir wird wo wofur woher wohin womit wurde zu zum"
          + " zur zwischen";
  private static final String ENGLISH =
      "a about after all also am an and any are as at be because been before being"
          + " between but by can could did do does doing each explain find for from get give"
          + " had has have having he her here him his how i if in into is it its just many may"
          + " me more most much must my no not of off on once only or other our out over own"
          + " please say says shall she should show so some such tell than that the their them"
          + " then there these they this those through to too under until up us very was we"
          + " were what when where which while who whom whose why will with would you your";

  private final Set<String> words = new HashSet<>();

  FillWords() {
    words.addAll(List.of(GERMAN.split(" ")));
    words.addAll(List.of(ENGLISH.split(" ")));
  }

  boolean contains(String word) {
    return words.contains(word);
  }
}
