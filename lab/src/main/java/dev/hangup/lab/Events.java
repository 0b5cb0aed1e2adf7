package dev.hangup.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// What a server's handlers said, by request. Any thread.
final class Events {
  private final Map<String, List<Event>> byId = new HashMap<>(); // guarded by this

  synchronized void add(Event event) {
    byId.computeIfAbsent(event.id(), _ -> new ArrayList<>()).add(event);
    notifyAll();
  }

  synchronized List<Event> of(String id) {
    return List.copyOf(byId.getOrDefault(id, List.of()));
  }

  /// Waits until the events of a request are as they are wanted; false if that does not come.
  synchronized boolean await(String id, Predicate<List<Event>> wanted, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!wanted.test(byId.getOrDefault(id, List.of()))) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /// The first of a kind.
  static Optional<Event> first(List<Event> events, String what) {
    return events.stream().filter(event -> event.what().equals(what)).findFirst();
  }

  /// Whether the handler is over.
  static boolean isOver(List<Event> events) {
    return first(events, "stopped").or(() -> first(events, "ended")).isPresent();
  }

  /// Whether the handler is well under way.
  static boolean isUnderWay(List<Event> events) {
    return events.stream().filter(Events::isProgress).count() >= 3;
  }

  private static boolean isProgress(Event event) {
    return event.what().equals("step") || event.what().equals("wrote");
  }
}
