package dev.freehold.agent.sandbox;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A process that a thread of its own started, which may have restricted itself before.
///
/// That thread makes no other: a thread inherits the restrictions of the one that makes it, and
/// what the JDK's own way of starting a process makes (its reaper, and through it carriers of
/// virtual threads) would keep them. It lives as long as the process, since the kernel takes its
/// end for the end of the parent.
final class StartedProcess implements AutoCloseable {
  private static final int BY_PID = 1;
  private static final int PEEK_FOR_END_WITHOUT_WAITING = 0x01000000 | 4 | 1;
  private static final int SIGNAL_INFORMATION_BYTES = 128;
  private static final int CODE_EXITED = 1;
  private static final int KILL = 9;

  private final LinuxCalls calls;
  private final Descriptors descriptors;
  private final int pid;
  private final int output;
  private final int secondPipe;
  private final int end;
  private int gate = -1;
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Integer status;

  /// Starts it; the calling thread is a platform thread.
  StartedProcess(LinuxCalls calls, Launch launch) {
    this.calls = calls;
    descriptors = new Descriptors(calls);
    List<Integer> given = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    Launch.Inherited inherited = launch.inherited();
    try (LinuxCalls.SpawnPlan plan = calls.new SpawnPlan(launch)) {
      int input = descriptors.memoryFile(inherited.input());
      given.add(input);
      Descriptors.Pipe out = descriptors.pipe();
      given.add(out.writeEnd());
      output = out.readEnd();
      kept.add(output);
      Descriptors.Pipe second = descriptors.pipe();
      boolean isReport = inherited.secondPipe() == Launch.SecondPipe.REPORTS;
      int secondGiven = isReport ? second.writeEnd() : second.readEnd();
      given.add(secondGiven);
      secondPipe = isReport ? second.readEnd() : second.writeEnd();
      kept.add(secondPipe);
      plan.inherit(input, 0);
      plan.inherit(out.writeEnd(), 1);
      plan.inherit(out.writeEnd(), 2);
      List<Integer> above = new ArrayList<>(List.of(secondGiven));
      for (byte[] file : inherited.files()) {
        above.add(descriptors.memoryFile(file));
        given.add(above.getLast());
      }
      if (isReport) {
        Descriptors.Pipe barrier = descriptors.pipe();
        above.add(barrier.readEnd());
        given.add(barrier.readEnd());
        gate = barrier.writeEnd();
        kept.add(gate);
      }
      inheritAbove(plan, above, given);
      pid = startOnThread(plan, launch);
      end = (int) calls.call(CallNumbers.PIDFD_OPEN, pid, 0);
    } catch (SandboxException e) {
      kept.forEach(descriptors::close);
      throw e;
    } finally {
      given.forEach(descriptors::close);
    }
  }

  /// Sources may have the numbers that others are moved to, and so go by way of higher ones.
  private static void inheritAbove(
      LinuxCalls.SpawnPlan plan, List<Integer> wanted, List<Integer> given) {
    int high = 1 + given.stream().mapToInt(Integer::intValue).max().orElseThrow();
    for (int i = 0; i < wanted.size(); i++) {
      plan.inherit(wanted.get(i), high + i);
    }
    for (int i = 0; i < wanted.size(); i++) {
      plan.inherit(high + i, Launch.SECOND_PIPE + i);
    }
    plan.closeFrom(Launch.SECOND_PIPE + wanted.size());
  }

  private static String refusal(String program, int error) {
    String why =
        switch (error) {
          case LinuxCalls.ENOENT -> "it is not there";
          case 7 -> "its arguments are longer than the system allows";
          case 13 -> "it may not be executed";
          default -> "the system refused with error " + error;
        };
    return "'" + program + "' cannot be started: " + why;
  }

  private int startOnThread(LinuxCalls.SpawnPlan plan, Launch launch) {
    CountDownLatch started = new CountDownLatch(1);
    Starter starter = new Starter(plan, launch.restriction(), started);
    Thread.ofPlatform()
        .name("sandbox-start")
        .daemon()
        .inheritInheritableThreadLocals(false)
        .start(starter);
    awaitUninterruptibly(started);
    if (starter.failure != null || starter.result < 0) {
      ended.countDown();
      throw starter.failure != null
          ? starter.failure
          : new SandboxException(refusal(launch.argv().getFirst(), -starter.result));
    }
    return starter.result;
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// What the thread does: it restricts itself, starts the process, and waits for its end.
  private final class Starter implements Runnable {
    private final LinuxCalls.SpawnPlan plan;
    private final Launch.Restriction restriction;
    private final CountDownLatch started;
    private int result;
    private @Nullable SandboxException failure;

    Starter(LinuxCalls.SpawnPlan plan, Launch.Restriction restriction, CountDownLatch started) {
      this.plan = plan;
      this.restriction = restriction;
      this.started = started;
    }

    @Override
    public void run() {
      try {
        ThreadRights.beNice(calls);
        restriction.take();
        result = plan.start();
      } catch (SandboxException e) {
        failure = e;
      } catch (RuntimeException | Error e) {
        failure = new SandboxException("the process cannot be started: " + e, e);
      } finally {
        started.countDown();
      }
      awaitUninterruptibly(ended);
    }
  }

  int pid() {
    return pid;
  }

  /// Lets it go on from its gate.
  void open() {
    if (gate >= 0) {
      descriptors.close(gate);
      gate = -1;
    }
  }

  /// Where both of its outputs are read.
  int output() {
    return output;
  }

  /// What can be read from when it has ended.
  int end() {
    return end;
  }

  /// This program's end of the second pipe.
  int secondPipe() {
    return secondPipe;
  }

  Descriptors descriptors() {
    return descriptors;
  }

  /// Its exit code, or 128 and the signal that ended it; null while it runs. It keeps its number
  /// until [#close], so that no other process can be taken for it.
  @Nullable Integer exit() {
    if (status == null) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment told = arena.allocate(SIGNAL_INFORMATION_BYTES, Long.BYTES);
        long result =
            calls.call(
                calls.numbers().waitId(),
                BY_PID,
                pid,
                told.address(),
                PEEK_FOR_END_WITHOUT_WAITING);
        if (result < 0) {
          throw new SandboxException("the end of process " + pid + " was not told to this program");
        }
        int code = told.get(ValueLayout.JAVA_INT, 8);
        if (code != 0) {
          int value = told.get(ValueLayout.JAVA_INT, 24);
          status = code == CODE_EXITED ? value : 128 + value;
        }
      }
    }
    return status;
  }

  /// Ends it where it has not ended.
  @Override
  public void close() {
    while (exit() == null) {
      calls.call(calls.numbers().kill(), pid, KILL);
      descriptors.awaitReadable(-1, 1);
    }
    calls.call(calls.numbers().wait4(), pid, 0, 0, 0);
    ended.countDown();
    open();
    descriptors.close(output);
    descriptors.close(secondPipe);
    descriptors.close(end);
  }
}
