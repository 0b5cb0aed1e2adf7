package dev.hangup;

import java.time.Duration;
import java.util.List;

/// Work that still ran after its cancel and its grace were over.
///
/// @param thread the name of the thread, or its id where it has none
/// @param after how long after the cancel it was found still running
/// @param stack what it was doing then, innermost frame first; empty where the JVM could not tell
public record Straggler(String thread, Duration after, List<StackTraceElement> stack) {

  /// Copies the stack.
  public Straggler {
    stack = List.copyOf(stack);
  }

  static Straggler of(Thread thread, Duration after) {
    String name = thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName();
    return new Straggler(name, after, List.of(thread.getStackTrace()));
  }

  /// The thread and its stack, a frame a line.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(thread).append(" after ").append(after.toMillis());
    text.append(" ms");
    stack.forEach(frame -> text.append("\n\tat ").append(frame));
    return text.toString();
  }
}
