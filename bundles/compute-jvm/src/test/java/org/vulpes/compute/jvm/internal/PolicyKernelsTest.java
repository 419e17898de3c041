package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vulpes.graph.operations.PolicyLoss;
import org.vulpes.graph.operations.PolicyLossGradient;

class PolicyKernelsTest {

  /** Against difference quotients of the papers' formulas, exact to about 1e-9. */
  @ParameterizedTest
  @EnumSource(PolicyLoss.Kl.class)
  void gradientsAreThoseOfTheFormulas(PolicyLoss.Kl kl) {
    for (boolean ratio : new boolean[] {true, false}) {
      var k = new PolicyLossGradient(new PolicyLoss(ratio, 0.2, 0.28, kl, 0.3));
      new KernelCheck(k, 34).positive(40, 50).scaled(-1, 40, 50).scaled(-1, 40, 50).random(40, 50).random(40, 50).gives(40, 50).run();
    }
  }

  /** By hand: an advantage of 2 at ratio 1.5 is held at 1.28 and has no gradient; at ratio 0.5 it is not. Below 0 it is the other way round. */
  @ParameterizedTest
  @EnumSource(value = PolicyLoss.Kl.class, names = "NONE")
  void clippingCutsWhatWouldGoOnInTheSameDirection(PolicyLoss.Kl kl) {
    var k = new PolicyLoss(true, 0.2, 0.28, kl, 0);
    double old = -1;
    double[][] cases = {{1.5, 2, -2.56, 1, 0}, {0.5, 2, -1, 0, 1}, {0.5, -2, 1.6, 1, 0}, {1.5, -2, 3, 0, -3}, {1, 2, -2, 0, 2}};
    for (double[] c : cases) {
      var t = k.token(-(old + Math.log(c[0])), old, 0, c[1]);
      assertEquals(c[2], t.loss(), 1e-12);
      assertEquals(c[3], t.clipped());
      assertEquals(c[4], t.gradient(), 1e-12);
    }
  }

  @ParameterizedTest
  @EnumSource(value = PolicyLoss.Kl.class, names = {"K1", "K2", "K3"})
  void equalPoliciesHaveTheRatioOneAndNoDivergenceExactly(PolicyLoss.Kl kl) {
    float nll = 3.1415927f;
    var t = new PolicyLoss(true, 0.2, 0.2, kl, 0.1).token(nll, -nll, -nll, 0.7);
    assertEquals(1, t.ratio());
    assertEquals(0, t.kl(), 0);
    assertEquals(-0.7, t.loss());
  }
}
