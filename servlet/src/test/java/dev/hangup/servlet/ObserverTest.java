package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Trail;
import jakarta.servlet.AsyncContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What an observer is told of the requests of a servlet container.
class ObserverTest {
  private final List<RequestHead> heads = new CopyOnWriteArrayList<>();
  private final Trail told = new Trail();

  private HangUpOptions observed(HangUpOptions options) {
    return options.withObserver(head -> {
      heads.add(head);
      return event -> told.add(name(event));
    });
  }

  private static String name(RequestEvent event) {
    return switch (event) {
      case RequestEvent.Routed routed -> "routed " + routed.pattern();
      case RequestEvent.Cancelled cancelled -> "cancelled " + cancelled.reason().code();
      case RequestEvent.Straggles _ -> "straggles";
      case RequestEvent.Stopped stopped -> "stopped " + stopped.report().reason().code();
      case RequestEvent.Ended ended -> "ended " + ended.status();
    };
  }

  @ParameterizedTest
  @EnumSource
  void hangUpIsToldThenTheStopThenTheEnd(Engine engine) throws Exception {
    Served.Handling handling =
        (request, _) -> {
          ServletWork.of(request).orElseThrow().routed("/{name}");
          told.add("arrived");
          new CountDownLatch(1).await();
        };
    try (Served served = Served.start(engine, this::observed, handling)) {
      RawClient client = served.connect().request("GET", "/report?secret=1");
      told.await("arrived");
      client.leave(new Leaving.Reset());
      told.await("ended OptionalInt.empty");
    }
    assertThat(told.events())
        .containsExactly(
            "routed /{name}",
            "arrived",
            "cancelled client_reset",
            "stopped client_reset",
            "ended OptionalInt.empty");
    assertThat(heads).containsExactly(new RequestHead("GET", "/report", "HTTP/1.1", "127.0.0.1"));
  }

  @ParameterizedTest
  @EnumSource
  void answerIsTold(Engine engine) throws Exception {
    Served.Handling handling =
        (request, response) -> {
          response.setStatus(201);
          if (request.getRequestURI().equals("/async")) {
            response.setStatus(202);
            AsyncContext context = request.startAsync();
            context.start(context::complete);
          }
        };
    try (Served served = Served.start(engine, this::observed, handling)) {
      try (RawClient client = served.connect().request("GET", "/sync")) {
        assertThat(client.readHead()).contains("201");
        told.await("ended OptionalInt[201]");
      }
      try (RawClient client = served.connect().request("GET", "/async")) {
        assertThat(client.readHead()).contains("202");
        told.await("ended OptionalInt[202]");
      }
    }
    assertThat(told.events()).containsExactly("ended OptionalInt[201]", "ended OptionalInt[202]");
  }
}
