package dev.hangup.testkit;

import dev.hangup.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/// What a handler is doing when its client leaves, and what the client has sent to bring it there.
enum Phase {
  BLOCKED_WITHOUT_WRITING("GET", 0, 0, false) {
    @Override
    void handle(Visit visit) throws InterruptedException {
      visit.arrive();
      blockForEver();
    }
  },
  COMPUTING("GET", 0, 0, false) {
    @Override
    void handle(Visit visit) {
      visit.arrive();
      while (true) {
        Cancellation.current().check();
        Thread.onSpinWait();
      }
    }
  },
  BODY_UNREAD("POST", 16 << 10, 16 << 10, false) {
    @Override
    void handle(Visit visit) throws InterruptedException {
      visit.arrive();
      blockForEver();
    }
  },
  BODY_HALF_SENT("POST", 64 << 10, 32 << 10, false) {
    @Override
    void handle(Visit visit) throws InterruptedException {
      visit.arrive();
      blockForEver();
    }
  },
  READING_BODY("POST", 64 << 10, 32 << 10, false) {
    @Override
    void handle(Visit visit) throws IOException {
      visit.requestBody().readNBytes(32 << 10);
      visit.arrive();
      int rest = visit.requestBody().readAllBytes().length;
      throw new AssertionError("a body that was cut short looked complete, with " + rest + " more");
    }
  },
  PIPELINED_BEHIND("GET", 0, 0, true) {
    @Override
    void handle(Visit visit) throws InterruptedException {
      visit.arrive();
      blockForEver();
    }
  },
  STREAM_PAUSED("GET", 0, 0, false) {
    @Override
    void receive(Caller caller) throws IOException {
      caller.receiveFirst();
    }

    @Override
    void handle(Visit visit) throws Exception {
      OutputStream body = visit.responseBody();
      body.write(new byte[1024]);
      body.flush();
      visit.arrive();
      blockForEver();
    }
  },
  STREAM_BLOCKED("GET", 0, 0, false) {
    @Override
    void handle(Visit visit) throws Exception {
      OutputStream body = visit.responseBody();
      visit.arrive();
      while (true) {
        body.write(new byte[16 << 10]);
      }
    }
  };

  private final String method;
  private final int announced;
  private final int sent;
  private final boolean pipelined;

  Phase(String method, int announced, int sent, boolean pipelined) {
    this.method = method;
    this.announced = announced;
    this.sent = sent;
    this.pipelined = pipelined;
  }

  /// Never returns, and never writes.
  private static void blockForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  abstract void handle(Visit visit) throws Exception;

  /// Takes all that the server sends before its handler arrives: a close with unread bytes would be
  /// a reset.
  void receive(Caller caller) throws IOException {
    // nothing is sent in most phases
  }

  String path() {
    return "/" + name().toLowerCase(java.util.Locale.ROOT);
  }

  /// Whether a client of that protocol can bring a handler there.
  boolean isOf(Protocol protocol) {
    return !(pipelined && protocol.isHttp2());
  }

  void request(Caller caller) throws IOException {
    caller.request(method, path(), announced, sent);
    if (pipelined) {
      caller.request("GET", path(), 0, 0);
    }
  }
}
