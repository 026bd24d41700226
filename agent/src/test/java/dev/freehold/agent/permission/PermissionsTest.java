package dev.freehold.agent.permission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.Effect.Subject;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermissionsTest {
  private static Verdict verdict(List<Rule> rules, String tool, Subject subject) {
    return new Permissions(rules).verdict(tool, new Effect(Effect.Reach.WORKSPACE, subject, ""));
  }

  @Test
  void withoutRulesEffectsAreAskedAndReadingIsNot() {
    assertThat(verdict(List.of(), "bash", Subject.command("ls"))).isEqualTo(Verdict.ASK);
    assertThat(new Permissions(List.of()).verdict("read", Effect.none(Subject.path("a"))))
        .isEqualTo(Verdict.ALLOW);
    assertThat(
            new Permissions(List.of(new Rule(Verdict.ASK, "read", "**/.env")))
                .verdict("read", Effect.none(Subject.path("x/.env"))))
        .isEqualTo(Verdict.ASK);
  }

  @Test
  void leaveForAllToolsIsNoLeaveForEffectsElsewhere() {
    Permissions all = new Permissions(List.of(new Rule(Verdict.ALLOW, "*", "*")));
    Permissions named = new Permissions(List.of(new Rule(Verdict.ALLOW, "mail__send", "*")));
    for (Effect.Reach reach : List.of(Effect.Reach.OUTSIDE, Effect.Reach.OUTSIDE_WITH_KEY)) {
      Effect effect = new Effect(reach, Subject.other("{}"), "");
      assertThat(all.verdict("mail__send", effect)).isEqualTo(Verdict.ASK);
      assertThat(named.verdict("mail__send", effect)).isEqualTo(Verdict.ALLOW);
    }
    assertThat(verdict(List.of(new Rule(Verdict.ALLOW, "*", "*")), "write", Subject.path("a")))
        .isEqualTo(Verdict.ALLOW);
  }

  @Test
  void aDenialCountsMoreThanLeave() {
    List<Rule> rules =
        List.of(new Rule(Verdict.ALLOW, "write", "**"), new Rule(Verdict.DENY, "*", "secrets/**"));
    assertThat(verdict(rules, "write", Subject.path("src/a"))).isEqualTo(Verdict.ALLOW);
    assertThat(verdict(rules, "write", Subject.path("secrets/a"))).isEqualTo(Verdict.DENY);
    assertThat(verdict(rules, "edit", Subject.path("src/a"))).isEqualTo(Verdict.ASK);
  }

  @Test
  void wordsAllowPlainCommandsThatBeginSoAndNothingThatAShellMakesMoreOf() {
    List<Rule> rules = List.of(new Rule(Verdict.ALLOW, "bash", "git status"));
    for (String line : List.of("git status", "git  status -s", "git status src/a")) {
      assertThat(verdict(rules, "bash", Subject.command(line))).as(line).isEqualTo(Verdict.ALLOW);
    }
    for (String line :
        List.of(
            "git statusx",
            "git",
            "git status; rm -rf .",
            "git status && evil",
            "git status | sh",
            "git status > a",
            "git status $(evil)",
            "git status `evil`",
            "git status\nevil",
            "git status & evil",
            "GIT_PAGER=evil git status",
            "git -c core.pager=evil status")) {
      assertThat(verdict(rules, "bash", Subject.command(line))).as(line).isEqualTo(Verdict.ASK);
    }
    assertThat(
            verdict(
                List.of(new Rule(Verdict.ALLOW, "bash", "a | b")),
                "bash",
                Subject.command("a | b")))
        .isEqualTo(Verdict.ALLOW);
  }
}
