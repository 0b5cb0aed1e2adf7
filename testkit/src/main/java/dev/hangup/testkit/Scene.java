package dev.hangup.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What a [Peer] does for a request, chosen by the request's path.
enum Scene {
  /// Answers at once.
  ANSWER {
    @Override
    void play(Exchange exchange) throws IOException {
      answer(exchange);
    }
  },
  /// Answers when it is told to.
  HELD {
    @Override
    void play(Exchange exchange) throws IOException, InterruptedException {
      exchange.arrive();
      exchange.awaitRelease();
      answer(exchange);
    }
  },
  /// Never sends anything.
  BEFORE_HEADERS {
    @Override
    void play(Exchange exchange) {
      exchange.arrive();
    }
  },
  /// Sends the head of a response, and no more.
  AFTER_HEADERS {
    @Override
    void play(Exchange exchange) throws IOException {
      exchange.head();
      exchange.arrive();
    }
  },
  /// Sends one part of the body, and no more.
  MID_BODY {
    @Override
    void play(Exchange exchange) throws IOException {
      exchange.head();
      exchange.data(PART);
      exchange.arrive();
    }
  },
  /// Sends parts without an end.
  DRIP {
    @Override
    void play(Exchange exchange) throws IOException, InterruptedException {
      exchange.head();
      while (!exchange.isLeft()) {
        exchange.data(PART);
        exchange.arrive();
        PAUSE.await(2, TimeUnit.MILLISECONDS);
      }
    }
  },
  /// Waits, then sends 100 MB: the seeds' experiment.
  LARGE {
    @Override
    void play(Exchange exchange) throws IOException, InterruptedException {
      exchange.arrive();
      PAUSE.await(LARGE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
      exchange.head();
      byte[] block = new byte[16_384];
      while (exchange.sent() < LARGE_BYTES) {
        exchange.data(block);
        exchange.count(block.length);
      }
      exchange.end();
    }
  },
  /// Sends what is no HTTP.
  GARBAGE {
    @Override
    void play(Exchange exchange) throws IOException {
      exchange.garbage();
    }
  },
  /// Dies in the middle of the body.
  DEATH {
    @Override
    void play(Exchange exchange) throws IOException {
      exchange.head();
      exchange.data(PART);
      exchange.die();
    }
  };

  static final long LARGE_WAIT_MILLIS = Long.getLong("hangup.experiment", 300);
  static final long LARGE_BYTES = 100_000_000;
  private static final byte[] PART = "part of a body\n".getBytes(StandardCharsets.US_ASCII);
  private static final CountDownLatch PAUSE = new CountDownLatch(1);

  private static void answer(Exchange exchange) throws IOException {
    exchange.head();
    exchange.data("answer".getBytes(StandardCharsets.US_ASCII));
    exchange.end();
  }

  abstract void play(Exchange exchange) throws IOException, InterruptedException;

  String path() {
    return "/" + name().toLowerCase(Locale.ROOT);
  }

  static Scene at(String path) {
    int query = path.indexOf('?');
    String name = query < 0 ? path.substring(1) : path.substring(1, query);
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /// For people.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
