package dev.freehold.langchain4j;

import dev.freehold.chat.Usage;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is told of an answer, with all that it took and the seed by which it can be had again.
public final class FreeholdChatResponseMetadata extends ChatResponseMetadata {
  private final Usage usage;
  private final String stop;

  private FreeholdChatResponseMetadata(Builder builder) {
    super(builder);
    this.usage = Objects.requireNonNull(builder.usage, "usage");
    this.stop = builder.stop;
  }

  public static Builder builder(Usage usage) {
    return new Builder().usage(usage);
  }

  /// Tokens, those that were reused and thought with among them, times, and the seed.
  public Usage usage() {
    return usage;
  }

  /// The stop string that ended the answer; empty where none did.
  public String stop() {
    return stop;
  }

  @Override
  public Builder toBuilder() {
    Builder builder = builder(usage).stop(stop);
    super.toBuilder(builder);
    return builder;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FreeholdChatResponseMetadata that
        && super.equals(that)
        && usage.equals(that.usage)
        && stop.equals(that.stop);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), usage, stop);
  }

  @Override
  public String toString() {
    return "FreeholdChatResponseMetadata{%s, %s, stop=%s}".formatted(super.toString(), usage, stop);
  }

  /// Makes metadata.
  public static final class Builder extends ChatResponseMetadata.Builder<Builder> {
    private @Nullable Usage usage;
    private String stop = "";

    private Builder() {}

    public Builder usage(Usage newUsage) {
      usage = newUsage;
      return this;
    }

    public Builder stop(String newStop) {
      stop = newStop;
      return this;
    }

    @Override
    public FreeholdChatResponseMetadata build() {
      return new FreeholdChatResponseMetadata(this);
    }
  }
}
