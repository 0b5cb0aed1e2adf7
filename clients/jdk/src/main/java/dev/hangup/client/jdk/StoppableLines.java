package dev.hangup.client.jdk;

import java.util.ArrayDeque;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The lines of a body, whose reads stop with the work. For one thread at a time, as the client's.
final class StoppableLines<E> implements Spliterator<E> {
  private final Spliterator<E> lines;
  private final Call<?> call;
  private final ArrayDeque<E> read = new ArrayDeque<>(1);

  private StoppableLines(Spliterator<E> lines, Call<?> call) {
    this.lines = lines;
    this.call = call;
  }

  static <E> Stream<E> of(Stream<E> lines, Call<?> call) {
    return StreamSupport.stream(new StoppableLines<>(lines.spliterator(), call), false)
        .onClose(lines::close);
  }

  /// The caller's action is run when the read is over: only that is aborted.
  @Override
  public boolean tryAdvance(Consumer<? super E> action) {
    boolean more = call.<Boolean, RuntimeException>reading(() -> lines.tryAdvance(read::add));
    if (more) {
      action.accept(read.remove());
    }
    return more;
  }

  @Override
  public @Nullable Spliterator<E> trySplit() {
    return null;
  }

  @Override
  public long estimateSize() {
    return lines.estimateSize();
  }

  @Override
  public int characteristics() {
    return lines.characteristics();
  }
}
