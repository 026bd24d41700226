package dev.freehold.eval.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.eval.score.Requirement.AtLeast;
import dev.freehold.eval.score.Requirement.Finding;
import dev.freehold.eval.score.Requirement.NotWorse;
import dev.freehold.eval.score.Requirement.Verdict;
import org.junit.jupiter.api.Test;

/// What decides whether a backend is good enough.
class RequirementTest {
  @Test
  void theWholeIntervalDecides() {
    AtLeast required = new AtLeast(0.9);
    assertThat(required.judge(new Share(980, 1000)).verdict()).isEqualTo(Verdict.PASSED);
    assertThat(required.judge(new Share(800, 1000)).verdict()).isEqualTo(Verdict.FAILED);
    assertThat(required.judge(new Share(91, 100)).verdict()).isEqualTo(Verdict.NOT_DECIDED);
    assertThat(required.judge(new Share(0, 0)).verdict()).isEqualTo(Verdict.NOT_DECIDED);
  }

  @Test
  void soManyMoreItemsDecideAndOneLessDoesNot() {
    AtLeast required = new AtLeast(0.9);
    Share found = new Share(19, 20);
    Finding finding = required.judge(found);
    long more = finding.moreItems().orElseThrow();
    assertThat(found.scaledTo(20 + more).low()).isGreaterThanOrEqualTo(0.9);
    assertThat(found.scaledTo(20 + more - 1).low()).isLessThan(0.9);
  }

  @Test
  void aShareOnTheEdgeIsNeverDecided() {
    Finding finding = new AtLeast(0.9).judge(new Share(90, 100));
    assertThat(finding.verdict()).isEqualTo(Verdict.NOT_DECIDED);
    assertThat(finding.moreItems()).isEmpty();
  }

  @Test
  void theMarginDecidesBetweenPairs() {
    NotWorse required = new NotWorse(0.05);
    assertThat(required.judge(new PairedShares(900, 10, 12, 78)).verdict())
        .isEqualTo(Verdict.PASSED);
    assertThat(required.judge(new PairedShares(500, 10, 400, 90)).verdict())
        .isEqualTo(Verdict.FAILED);
    PairedShares few = new PairedShares(18, 1, 1, 2);
    Finding finding = required.judge(few);
    assertThat(finding.verdict()).isEqualTo(Verdict.NOT_DECIDED);
    long more = finding.moreItems().orElseThrow();
    assertThat(few.scaledTo(22 + more).low()).isGreaterThan(-0.05);
    assertThat(few.scaledTo(22 + more - 1).low()).isLessThanOrEqualTo(-0.05);
  }

  @Test
  void equalBackendsAreNotWorseOnlyWithEnoughItems() {
    NotWorse required = new NotWorse(0.05);
    assertThat(required.judge(new PairedShares(10, 0, 0, 0)).verdict())
        .isEqualTo(Verdict.NOT_DECIDED);
    assertThat(required.judge(new PairedShares(200, 0, 0, 0)).verdict()).isEqualTo(Verdict.PASSED);
  }
}
