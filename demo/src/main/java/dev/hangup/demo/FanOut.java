package dev.hangup.demo;

import dev.hangup.CancelScope;
import dev.hangup.Fork;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.RequestId;
import dev.hangup.server.Response;

/// `GET /fan-out?price=100&stock=300&reviews=30000`: asks three services at once, one of which is
/// slow, and needs them all. A hang-up closes what is still open, and so does the failure of one.
final class FanOut implements Handler {
  private final Services services;

  FanOut(Services services) {
    this.services = services;
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    int soon = request.query("price", 100, 0, 600_000);
    int later = request.query("stock", 300, 0, 600_000);
    int slow = request.query("reviews", 30_000, 0, 600_000);
    try (CancelScope scope = CancelScope.open()) {
      Fork<String> price = scope.fork(RequestId.wrap(() -> services.call("price?ms=" + soon)));
      Fork<String> stock = scope.fork(RequestId.wrap(() -> services.call("stock?ms=" + later)));
      Fork<String> reviews = scope.fork(RequestId.wrap(() -> services.call("reviews?ms=" + slow)));
      scope.join();
      response.text(price.join() + "\n" + stock.join() + "\n" + reviews.join() + "\n");
    }
  }
}
