package dev.hangup.server.http3;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A handler that waits until it is told to stop, and remembers why.
final class Stay implements Handler {
  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
  private final BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();

  @Override
  public void handle(Request request, Response response) throws Exception {
    arrived.add(request.path());
    try {
      new CountDownLatch(1).await();
    } finally {
      told.add(Cancellation.current().reason().orElseThrow());
    }
  }

  String awaitArrival() throws InterruptedException {
    return Objects.requireNonNull(arrived.poll(30, TimeUnit.SECONDS), "no request came");
  }

  CancelReason awaitTold() throws InterruptedException {
    return Objects.requireNonNull(told.poll(30, TimeUnit.SECONDS), "nobody was told");
  }

  int timesTold() {
    return told.size();
  }
}
