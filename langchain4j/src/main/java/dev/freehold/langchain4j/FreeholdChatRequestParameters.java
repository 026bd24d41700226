package dev.freehold.langchain4j;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Parameters of a request, with those that LangChain4j does not name itself.
public final class FreeholdChatRequestParameters extends DefaultChatRequestParameters {
  private final @Nullable Long seed;
  private final @Nullable Double minP;
  private final @Nullable Double repetitionPenalty;
  private final @Nullable Boolean thinking;
  private final @Nullable Boolean parallelToolCalls;

  private FreeholdChatRequestParameters(Builder builder) {
    super(builder);
    this.seed = builder.seed;
    this.minP = builder.minP;
    this.repetitionPenalty = builder.repetitionPenalty;
    this.thinking = builder.thinking;
    this.parallelToolCalls = builder.parallelToolCalls;
  }

  public static Builder builder() {
    return new Builder();
  }

  /// Of the random numbers; the same seed and request give the same answer.
  public Optional<Long> seed() {
    return Optional.ofNullable(seed);
  }

  /// Keeps tokens with at least this share of the best one's probability.
  public Optional<Double> minP() {
    return Optional.ofNullable(minP);
  }

  /// Divides positive logits of tokens that occurred, and multiplies negative ones.
  public Optional<Double> repetitionPenalty() {
    return Optional.ofNullable(repetitionPenalty);
  }

  /// Whether the model thinks before it answers, where its template lets that be chosen.
  public Optional<Boolean> thinking() {
    return Optional.ofNullable(thinking);
  }

  /// Whether one answer may call several tools.
  public Optional<Boolean> parallelToolCalls() {
    return Optional.ofNullable(parallelToolCalls);
  }

  @Override
  public FreeholdChatRequestParameters overrideWith(ChatRequestParameters that) {
    return builder().overrideWith(this).overrideWith(that).build();
  }

  @Override
  public FreeholdChatRequestParameters defaultedBy(ChatRequestParameters that) {
    return builder().overrideWith(that).overrideWith(this).build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FreeholdChatRequestParameters that
        && super.equals(that)
        && Objects.equals(seed, that.seed)
        && Objects.equals(minP, that.minP)
        && Objects.equals(repetitionPenalty, that.repetitionPenalty)
        && Objects.equals(thinking, that.thinking)
        && Objects.equals(parallelToolCalls, that.parallelToolCalls);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        super.hashCode(), seed, minP, repetitionPenalty, thinking, parallelToolCalls);
  }

  @Override
  public String toString() {
    return "FreeholdChatRequestParameters{%s, seed=%s, minP=%s, repetitionPenalty=%s, thinking=%s,"
            .formatted(super.toString(), seed, minP, repetitionPenalty, thinking)
        + " parallelToolCalls=%s}".formatted(parallelToolCalls);
  }

  /// Makes parameters; what is not set is the model's default.
  public static final class Builder extends DefaultChatRequestParameters.Builder<Builder> {
    private @Nullable Long seed;
    private @Nullable Double minP;
    private @Nullable Double repetitionPenalty;
    private @Nullable Boolean thinking;
    private @Nullable Boolean parallelToolCalls;

    private Builder() {}

    /// Takes over what is set in other parameters.
    ///
    /// @throws UnsupportedFeatureException where they are those of another provider, whose own
    ///   parameters have no meaning here
    @Override
    public Builder overrideWith(ChatRequestParameters that) {
      super.overrideWith(that);
      if (that instanceof FreeholdChatRequestParameters own) {
        seed = own.seed().orElse(seed);
        minP = own.minP().orElse(minP);
        repetitionPenalty = own.repetitionPenalty().orElse(repetitionPenalty);
        thinking = own.thinking().orElse(thinking);
        parallelToolCalls = own.parallelToolCalls().orElse(parallelToolCalls);
      } else if (that.getClass() != DefaultChatRequestParameters.class) {
        throw new UnsupportedFeatureException(
            "%s: expected FreeholdChatRequestParameters or plain ChatRequestParameters"
                .formatted(that.getClass().getName()));
      }
      return this;
    }

    public Builder seed(long newSeed) {
      seed = newSeed;
      return this;
    }

    public Builder minP(double newMinP) {
      minP = newMinP;
      return this;
    }

    public Builder repetitionPenalty(double newRepetitionPenalty) {
      repetitionPenalty = newRepetitionPenalty;
      return this;
    }

    public Builder thinking(boolean newThinking) {
      thinking = newThinking;
      return this;
    }

    public Builder parallelToolCalls(boolean newParallelToolCalls) {
      parallelToolCalls = newParallelToolCalls;
      return this;
    }

    @Override
    public FreeholdChatRequestParameters build() {
      return new FreeholdChatRequestParameters(this);
    }
  }
}
