package dev.hangup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A process and those that it started, and they in turn.
///
/// ```
/// left alone ──end()──▶ asked to end, once (SIGTERM) ──patience over──▶ ended by force (SIGKILL)
/// ```
///
/// The system knows a process by its parent only as long as that lives. What was seen once is
/// remembered; on Linux what was not is found by a mark in its environment, which processes
/// inherit. A process may be born while the others are being ended, so all are looked for again
/// until none is left.
final class ProcessTree {
  private static final Path PROCESSES = Path.of("/proc");

  /// A look takes a while: what was born in it may be missing although its parent, which has ended
  /// meanwhile, was in it. And a process that is just becoming another program has no environment
  /// for a moment. So one empty look proves nothing.
  private static final int LOOKS = 3;

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final @Nullable String mark;
  private final Duration patience;

  // Guarded by this
  private final Set<ProcessHandle> known = new HashSet<>();
  private final Set<ProcessHandle> asked = new HashSet<>();
  private final Set<ProcessHandle> outOfReach = new HashSet<>();
  private @Nullable Deadline force;
  private int emptyLooks;

  /// @param mark an entry of its environment, `NAME=value`, that no other has; null for none
  /// @param patience how long the processes may take to end by themselves
  ProcessTree(ProcessHandle root, @Nullable String mark, Duration patience) {
    this.mark = mark;
    this.patience = patience;
    known.add(root);
  }

  /// At first asks all to end; once the patience is over, ends them by force. A child that is born
  /// in between may be part of its parent's clean-up, and is asked when the parent has ended.
  /// Returns whether any is left. Any thread.
  synchronized boolean end() {
    Deadline forced = force;
    boolean first = forced == null;
    if (forced == null) {
      forced = Deadline.after(patience);
      force = forced;
    }
    boolean found = mark != null && addMarked(mark);
    List<ProcessHandle> living = living();
    for (ProcessHandle process : living) {
      if (forced.isExpired()) {
        if (!process.destroyForcibly() && process.isAlive()) {
          outOfReach.add(process); // another user's
        }
      } else if ((first || !isParentLeft(process)) && asked.add(process)) {
        process.destroy();
      }
    }
    emptyLooks = found || !living.isEmpty() ? 0 : emptyLooks + 1;
    return emptyLooks < (mark == null ? 1 : LOOKS);
  }

  /// Ends all and waits until none is left. An interrupt does not end the wait and is restored
  /// after it.
  void endAndAwait() {
    boolean interrupted = false;
    long pause = FIRST_PAUSE_NANOS;
    while (end()) {
      LockSupport.parkNanos(this, pause);
      interrupted |= Thread.interrupted();
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Parents before their children, as far as that is known: a shell whose command is ended would
  /// go on with the next.
  private List<ProcessHandle> living() {
    for (ProcessHandle process : List.copyOf(known)) {
      process.descendants().forEach(known::add);
    }
    known.removeIf(
        process -> !process.isAlive() || outOfReach.contains(process) || isZombie(process));
    List<ProcessHandle> living = new ArrayList<>();
    for (ProcessHandle process : known) {
      if (isParentLeft(process)) {
        living.addLast(process);
      } else {
        living.addFirst(process);
      }
    }
    return living;
  }

  private boolean isParentLeft(ProcessHandle process) {
    return process.parent().filter(known::contains).isPresent();
  }

  /// Returns whether there was one.
  private boolean addMarked(String entry) {
    boolean found = false;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path folder : folders) {
        Optional<ProcessHandle> process =
            ProcessHandle.of(Long.parseLong(folder.getFileName().toString()));
        if (process.isPresent() && read(folder.resolve("environ")).contains(entry)) {
          found = true;
          known.add(process.get());
        }
      }
    } catch (IOException | DirectoryIteratorException notThisSystem) {
      // known by their parents alone, then
    }
    return found;
  }

  /// A process that has ended, but whose parent does not look after it, is there for ever.
  private static boolean isZombie(ProcessHandle process) {
    String stat = read(PROCESSES.resolve(process.pid() + "/stat")); // 17 (name) Z …
    int name = stat.lastIndexOf(')');
    return name >= 0 && stat.startsWith(" Z", name + 1);
  }

  /// Empty where there is no such file, or it is another user's.
  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
