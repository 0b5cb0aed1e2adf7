package dev.hangup.observe;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one open live page is sent: for who serves the page by other means than [LivePage], as
/// server-sent events at `feed`, beside the files of [LiveFile].
///
/// {@snippet class="dev.hangup.observe.SnippetsTest" region="feed"}
///
/// Nothing is kept between two frames but how far the page has seen: a page that is slow misses
/// what went by, and costs nothing.
///
/// **Thread safety**: for one thread at a time.
public final class LiveFeed {
  static final Duration PACE = Duration.ofMillis(100);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

  private final LiveView view;
  private final Duration pace;
  private final Duration silence;
  private LiveView.@Nullable Frame last;

  private LiveFeed(LiveView view, Duration pace, Duration silence) {
    this.view = view;
    this.pace = pace;
    this.silence = silence;
  }

  /// A feed for a page that has seen nothing yet.
  ///
  /// @param view what it shows
  /// @return a feed
  public static LiveFeed of(LiveView view) {
    return at(view, PACE);
  }

  /// For tests: with so long between frames.
  static LiveFeed at(LiveView view, Duration pace) {
    return new LiveFeed(Objects.requireNonNull(view, "view"), pace, LONGEST_SILENCE);
  }

  /// What is to be sent next, as JSON on one line. The first is there at once. After it there are
  /// ten a second at the most, as something happens, and one every 15 s at the least, which finds
  /// out a page that is gone.
  ///
  /// @return the data of an event
  /// @throws InterruptedException if the thread is interrupted while it waits
  public String next() throws InterruptedException {
    LiveView.Frame seen = last;
    if (seen != null) {
      Thread.sleep(pace); // no page needs more
      view.awaitChangeAfter(seen, silence);
    }
    LiveView.Frame frame = view.after(seen);
    last = frame;
    return frame.json();
  }
}
