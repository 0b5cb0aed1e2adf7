package dev.hangup.spring;

import dev.hangup.observe.LiveFeed;
import dev.hangup.observe.LiveView;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/// The live pages that are open: each is fed by a thread of its own, until its client leaves or the
/// application stops, whose graceful shutdown would wait for it: hence the order, before a listener
/// that stops the Actuator's own server. For any thread.
@Order(Ordered.HIGHEST_PRECEDENCE)
final class LivePages implements ApplicationListener<ContextClosedEvent> {
  private static final Logger LOGGER = System.getLogger(LivePages.class.getName());
  private static final int MOST = 16;

  private final LiveView view;
  private final ApplicationContext application;
  private final Semaphore places = new Semaphore(MOST);
  private final Set<Thread> feeding = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  LivePages(LiveView view, ApplicationContext application) {
    this.view = view;
    this.application = application;
  }

  /// Where one page's frames go: all on one thread.
  interface Page {
    /// Sends a frame, and blocks until there is room for it.
    void send(String frame) throws Exception;

    /// There will be no other: the application stops, or the page has gone.
    void end();

    /// There will be no other: it does not take them.
    void cut(Exception why);
  }

  /// How many are open.
  int open() {
    return MOST - places.availablePermits();
  }

  /// Feeds a page.
  ///
  /// @return to be run once the page has gone; empty if too many are open
  Optional<Runnable> open(Page page) {
    if (closed || !places.tryAcquire()) {
      return Optional.empty();
    }
    Thread thread = Thread.ofVirtual().name("hangup-live").unstarted(() -> feed(page));
    feeding.add(thread);
    thread.start();
    if (closed) {
      thread.interrupt(); // it was not there to be interrupted
    }
    return Optional.of(thread::interrupt);
  }

  private void feed(Page page) {
    try {
      LiveFeed feed = LiveFeed.of(view);
      while (true) {
        page.send(feed.next());
      }
    } catch (InterruptedException over) {
      page.end();
    } catch (Exception deaf) {
      LOGGER.log(Level.DEBUG, "a live page was cut off, or has gone", deaf);
      page.cut(deaf);
    } finally {
      feeding.remove(Thread.currentThread());
      places.release();
    }
  }

  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    if (event.getApplicationContext() != application) {
      return; // a child's, which is told to its parents, too
    }
    closed = true;
    feeding.forEach(Thread::interrupt);
  }
}
