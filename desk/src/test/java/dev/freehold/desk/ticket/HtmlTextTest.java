package dev.freehold.desk.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read of letters in HTML.
class HtmlTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<div style=\"display:none\">evil <div>more</div> evil</div>",
        "<div title='>' style='DISPLAY : /* x */ none'>evil</div>",
        "<span style=display&#58;none>evil</span>",
        "<p hidden>evil</p>",
        "<span style=\"color:red;font-size:0px\">evil</span>",
        "<div style=\"max-height:0;overflow:hidden\"><!-- </div> -->evil</div>",
        "<td style=\"opacity:0.0\">evil</td>",
        "<b style=\"visibility: hidden\">evil</b>"
      })
  void whatIsHiddenIsLeftOutAndSaid(String hidden) {
    assertThat(HtmlText.of("<p>Where is" + hidden + " it?</p>"))
        .isEqualTo("Where is it?\n[hidden text was left out]".replace("is it", after(hidden)));
  }

  /// A block begins a line of its own.
  private static String after(String hidden) {
    return hidden.startsWith("<div") || hidden.startsWith("<p") ? "is\nit" : "is it";
  }

  @Test
  void whatIsShownStays() {
    assertThat(
            HtmlText.of(
                "<p style=\"font-size:0.9em;width:auto;line-height:0;height:05px;opacity:0.5\">a"
                    + "&lt;b</p>"
                    + "<!-- evil --><img hidden><a href=x?a=1&b=2 title=it's>c</a>"))
        .isEqualTo("a<bc");
    assertThat(HtmlText.of("<p style=\"font-size:large\">a</p>")).isEqualTo("a");
  }

  @Test
  void unclosedMarksEndInTime() {
    for (String part : new String[] {"<", "&", "<style>", "<p hidden>", "<a b=\"", "<!--"}) {
      String text = HtmlText.of(part.repeat(Ticket.MAX_BYTES / part.length()));
      assertThat(text.length()).isLessThanOrEqualTo(Ticket.MAX_BYTES);
    }
  }
}
