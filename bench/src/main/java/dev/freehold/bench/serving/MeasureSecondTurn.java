package dev.freehold.bench.serving;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How much sooner the second turn of a long conversation begins than the first.
///
/// `MeasureSecondTurn MODEL [TOKENS [CONVERSATIONS]]`: a user message of about 4,000 tokens, a
/// short answer, and a second short message. Prints the time to the first token of both turns, how
/// many tokens the second did not compute again, and the median ratio.
public final class MeasureSecondTurn {
  private static final int ANSWER = 16;
  private static final int CONTEXT_BEYOND = 1024;
  private static final List<String> WORDS =
      List.of("time", "people", "water", "house", "light", "stone", "green", "night", "river");

  /// What two turns took.
  ///
  /// @param ratio time to the first token of the second turn over that of the first
  public record Turns(
      int promptTokens, double first, double second, int cachedTokens, double ratio) {}

  private MeasureSecondTurn() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 1 || args.length > 3) {
      System.err.println("usage: MeasureSecondTurn MODEL [TOKENS [CONVERSATIONS]]");
      System.exit(2);
    }
    int tokens = args.length > 1 ? Integer.parseInt(args[1]) : 4000;
    int conversations = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    double[] ratios =
        Arrays.stream(measure(args[0], tokens, conversations)).mapToDouble(Turns::ratio).toArray();
    Arrays.sort(ratios);
    System.out.printf(Locale.ROOT, "second turn / first turn: %.3f%n", ratios[ratios.length / 2]);
  }

  /// Runs conversations with a server of their own, after a short one that warms it up.
  public static Turns[] measure(String model, int tokens, int conversations)
      throws IOException, InterruptedException {
    String context = Integer.toString(tokens + CONTEXT_BEYOND);
    Turns[] all = new Turns[conversations];
    try (ServerProcess server =
            ServerProcess.freehold(
                ServerProcess.ownCommand(), model, List.of("--context", context));
        Client client = new Client(server.address(), Client.Dialect.OPENAI)) {
      int words = wordsFor(client, tokens);
      for (int i = 0; i < conversations; i++) {
        all[i] = converse(client, new Random(i), words);
        System.out.printf(
            Locale.ROOT,
            "%d tokens: first token after %.3f s; second turn, %d of its tokens kept: %.3f s%n",
            all[i].promptTokens(),
            all[i].first(),
            all[i].cachedTokens(),
            all[i].second());
      }
    }
    return all;
  }

  /// How many of the words make a prompt of so many tokens.
  private static int wordsFor(Client client, int tokens) throws InterruptedException {
    int tried = Math.max(1, tokens / 8);
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    add(messages, "user", text(new Random(-1), tried));
    int found = whole(ask(client, messages)).promptTokens();
    return Math.max(1, (int) ((long) tried * tokens / found));
  }

  private static Turns converse(Client client, Random random, int words)
      throws InterruptedException {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    add(messages, "user", text(random, words));
    Answered first = whole(ask(client, messages));
    add(messages, "assistant", first.text());
    add(messages, "user", text(random, 8));
    Answered second = whole(ask(client, messages));
    return new Turns(
        first.promptTokens(),
        first.firstNanos() / 1e9,
        second.firstNanos() / 1e9,
        second.cachedTokens(),
        (double) second.firstNanos() / first.firstNanos());
  }

  private static String text(Random random, int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(i == 0 ? "" : " ").append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return text.toString();
  }

  private static void add(ArrayNode messages, String role, String content) {
    messages.addObject().put("role", role).put("content", content);
  }

  private static Answered ask(Client client, ArrayNode messages) throws InterruptedException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("messages", messages);
    body.put("temperature", 0).put("max_tokens", ANSWER).put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    return client.ask("/v1/chat/completions", body);
  }

  private static Answered whole(Answered answered) {
    if (!answered.isWhole()) {
      throw new IllegalStateException(answered.status() + " " + answered.problem());
    }
    return answered;
  }
}
