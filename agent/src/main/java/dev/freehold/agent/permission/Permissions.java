package dev.freehold.agent.permission;

import dev.freehold.agent.tool.Effect;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The rules that hold for a run: a denial counts more than leave, and leave more than asking.
///
/// Where no rule fits, what changes nothing is allowed, and all else is asked. Leave for all tools
/// is leave for what a snapshot takes back: effects elsewhere are allowed to a tool by its name.
public final class Permissions {
  private final List<Rule> rules;

  public Permissions(List<Rule> rules) {
    this.rules = new CopyOnWriteArrayList<>(rules);
  }

  public Verdict verdict(String tool, Effect effect) {
    Verdict said = effect.reach() == Effect.Reach.NOTHING ? Verdict.ALLOW : Verdict.ASK;
    boolean isAllowed = false;
    for (Rule rule : rules) {
      if (rule.fits(tool, effect.subject())) {
        switch (rule.verdict()) {
          case DENY -> {
            return Verdict.DENY;
          }
          case ALLOW -> isAllowed |= !rule.tool().equals("*") || !effect.reach().isElsewhere();
          case ASK -> said = Verdict.ASK;
        }
      }
    }
    return isAllowed ? Verdict.ALLOW : said;
  }

  /// Adds a rule that holds from now on.
  public void add(Rule rule) {
    rules.add(rule);
  }

  public List<Rule> rules() {
    return List.copyOf(rules);
  }
}
