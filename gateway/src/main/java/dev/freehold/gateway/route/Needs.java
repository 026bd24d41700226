package dev.freehold.gateway.route;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import java.util.EnumSet;
import java.util.Set;

/// What a request needs of a target.
public final class Needs {
  private Needs() {}

  static Set<Ability> of(ChatRequest request) {
    Set<Ability> needs = EnumSet.noneOf(Ability.class);
    switch (request.input()) {
      case Input.Text text -> needs.add(Ability.RAW);
      case Input.Tokens tokens -> needs.add(Ability.RAW);
      case Input.Conversation conversation -> {
        if (!conversation.tools().isEmpty()) {
          needs.add(Ability.TOOLS);
        }
        for (Message message : conversation.messages()) {
          message.content().forEach(part -> add(needs, part));
        }
      }
    }
    switch (request.output().format()) {
      case OutputFormat.Free free -> {}
      case OutputFormat.JsonObject object -> needs.add(Ability.SCHEMA);
      case OutputFormat.JsonSchema schema -> needs.add(Ability.SCHEMA);
      case OutputFormat.Regex regex -> needs.add(Ability.GUIDED);
      case OutputFormat.Choice choice -> needs.add(Ability.GUIDED);
    }
    Logprobs logprobs = request.output().logprobs();
    if (!logprobs.equals(Logprobs.NONE)) {
      needs.add(Ability.LOGPROBS);
    }
    if (logprobs.ofPrompt()) {
      needs.add(Ability.RAW); // no form of other servers has them for conversations
    }
    if (request.output().receipt()) {
      needs.add(Ability.RECEIPTS);
    }
    return needs;
  }

  private static void add(Set<Ability> needs, Part part) {
    switch (part) {
      case Part.Text text -> {}
      case Part.Image image ->
          needs.add(image.url().isEmpty() ? Ability.IMAGES : Ability.IMAGE_LINKS);
    }
  }

  /// Characters of text in a request.
  public static long characters(Input input) {
    return switch (input) {
      case Input.Text text -> text.text().length();
      case Input.Tokens tokens -> tokens.ids().size();
      case Input.Conversation conversation -> {
        long sum = 0;
        for (Message message : conversation.messages()) {
          for (Part part : message.content()) {
            sum += part instanceof Part.Text text ? text.text().length() : 0;
          }
        }
        yield sum;
      }
    };
  }
}
