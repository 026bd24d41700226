package dev.freehold.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// A handler that writes down what it is told, and cancels after some texts.
final class Recorder implements StreamingChatResponseHandler {
  final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<ChatResponse> response = new AtomicReference<>();
  private final AtomicReference<Throwable> error = new AtomicReference<>();
  private final int cancelAfter;
  private int texts;

  Recorder() {
    this(Integer.MAX_VALUE);
  }

  Recorder(int cancelAfter) {
    this.cancelAfter = cancelAfter;
  }

  @Override
  public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
    told.add("text " + partial.text());
    if (++texts == cancelAfter) {
      context.streamingHandle().cancel();
      assertThat(context.streamingHandle().isCancelled()).isTrue();
    }
  }

  @Override
  public void onPartialThinking(PartialThinking partial) {
    told.add("thinking " + partial.text());
  }

  @Override
  public void onPartialToolCall(PartialToolCall partial) {
    told.add(
        "piece %d %s %s %s"
            .formatted(partial.index(), partial.id(), partial.name(), partial.partialArguments()));
  }

  @Override
  public void onCompleteToolCall(CompleteToolCall call) {
    told.add(
        "call %d %s %s %s"
            .formatted(
                call.index(),
                call.toolExecutionRequest().id(),
                call.toolExecutionRequest().name(),
                call.toolExecutionRequest().arguments()));
  }

  @Override
  public void onCompleteResponse(ChatResponse complete) {
    response.set(complete);
    ended.countDown();
  }

  @Override
  public void onError(Throwable failure) {
    error.set(failure);
    ended.countDown();
  }

  /// What was told until now, the end included where there was one.
  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  private void await() {
    try {
      assertThat(ended.await(60, TimeUnit.SECONDS)).as("the answer ends").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  ChatResponse response() {
    await();
    assertThat(error.get()).isNull();
    return Optional.ofNullable(response.get()).orElseThrow();
  }

  Throwable error() {
    await();
    return Optional.ofNullable(error.get()).orElseThrow();
  }
}
