package dev.freehold.train.step;

import dev.freehold.kernel.AdamW;
import dev.freehold.kernel.TrainingKernels;
import dev.freehold.train.TrainException;
import java.util.function.Function;

/// AdamW with clipping of the gradient's norm and a schedule of the learning rate.
///
/// The norm is the square root of the sum of the tensors' squared norms in their order. Where it is
/// above `clip`, all gradients count `clip / norm`. `1 - beta^step` comes from `beta` multiplied
/// with itself step by step, in double, rounded to float32.
public final class Optimizer {
  /// What decides a step, apart from the gradients.
  ///
  /// @param rate peak of the learning rate
  /// @param clip largest norm of the gradient; 0 for no clipping
  /// @param decay weight decay of matrices
  public record Settings(
      double rate, double beta1, double beta2, double epsilon, double decay, double clip) {
    public Settings {
      if (!(rate > 0 && rate < 10) || !(clip >= 0) || !(decay >= 0) || !(epsilon > 0)) {
        throw new TrainException(
            "optimizer: expected rate and epsilon above 0, clip and decay from 0 on; found"
                + " %s, %s, %s, %s".formatted(rate, epsilon, clip, decay));
      }
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
        throw new TrainException(
            "optimizer: expected betas from 0 to below 1, found %s and %s".formatted(beta1, beta2));
      }
    }
  }

  private final Parameters parameters;
  private final TrainingKernels training;
  private final Settings settings;
  private final Schedule schedule;
  private final long steps;
  private long powersOf;
  private double power1 = 1;
  private double power2 = 1;

  /// @param steps of the whole run
  public Optimizer(
      Parameters parameters, TrainedModel model, Settings settings, Schedule schedule, long steps) {
    this.parameters = parameters;
    this.training = model.training();
    this.settings = settings;
    this.schedule = schedule;
    this.steps = steps;
  }

  /// The learning rate of a step, counted from 1.
  public float rate(long step) {
    return (float) (settings.rate() * schedule.factor(step, steps));
  }

  private void advancePowers(long step) {
    if (step < powersOf) {
      powersOf = 0;
      power1 = 1;
      power2 = 1;
    }
    for (; powersOf < step; powersOf++) {
      power1 *= settings.beta1();
      power2 *= settings.beta2();
    }
  }

  /// Changes the parameters by their gradients and returns the gradient's norm before clipping.
  ///
  /// @param step number of the step, from 1
  /// @throws TrainException where a gradient is NaN or infinite, and nothing is changed then; or
  ///   where the update makes a value so. It names the step and the tensor
  public float step(long step) {
    float squares = 0;
    for (Parameter parameter : parameters.all()) {
      squares += training.squaredNorm(parameter.gradient(), 0, parameter.gradient().length);
    }
    if (!Float.isFinite(squares)) {
      requireFiniteGradients(step);
      throw new TrainException(
          "step %d: the gradient's squared norm exceeds float32; lower the rate".formatted(step));
    }
    float norm = (float) Math.sqrt(squares);
    float clip = (float) settings.clip();
    float scale = clip > 0 && norm > clip ? clip / norm : 1;
    advancePowers(step);
    for (Parameter parameter : parameters.all()) {
      AdamW update =
          new AdamW(
              rate(step),
              (float) settings.beta1(),
              (float) settings.beta2(),
              (float) settings.epsilon(),
              parameter.isMatrix() ? (float) settings.decay() : 0,
              (float) (1 - power1),
              (float) (1 - power2),
              scale);
      training.adamW(
          parameter.values(), parameter.gradient(), parameter.first(), parameter.second(), update);
    }
    requireFinite(step, "after it the value of", Parameter::values);
    requireFinite(step, "after it the first moment of", Parameter::first);
    requireFinite(step, "after it the second moment of", Parameter::second);
    return norm;
  }

  /// @throws TrainException that names the step and the first tensor whose gradient is NaN or
  ///   infinite, if there is one
  public void requireFiniteGradients(long step) {
    requireFinite(step, "the gradient of", Parameter::gradient);
  }

  private void requireFinite(long step, String what, Function<Parameter, float[]> kind) {
    for (Parameter parameter : parameters.all()) {
      float[] values = kind.apply(parameter);
      int at = training.firstNonFinite(values, 0, values.length);
      if (at >= 0) {
        throw new TrainException(
            "step %d: %s %s is %s at element %d; lower the rate or clip lower"
                .formatted(step, what, parameter.name(), values[at], at));
      }
    }
  }
}
