package dev.hangup.server.http3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver;
import dev.hangup.server.AccessEntry;
import dev.hangup.server.Handler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests and answers.
@Timeout(30)
class Http3Test {
  @Test
  void answerIsSentAndLogged() throws Exception {
    try (Harness harness =
            Harness.start((request, response) ->
                response.text(
                    request.method() + " " + request.target() + " " + request.isSecure()));
        Http3Client client = harness.connect()) {
      Http3Call.Answer answer = client.get("/a?b=c").answer();

      assertThat(answer.status()).isEqualTo("200");
      assertThat(answer.body()).isEqualTo("GET /a?b=c true");
      assertThat(answer.field("date")).endsWith("GMT");
      AccessEntry entry = harness.nextEntry();
      assertThat(entry.toString()).contains("HTTP/3").contains(" 200 ");
    }
  }

  @Test
  void requestIsObserved() throws Exception {
    BlockingQueue<RequestHead> begun = new LinkedBlockingQueue<>();
    BlockingQueue<RequestEvent> happened = new LinkedBlockingQueue<>();
    RequestObserver observer =
        head -> {
          begun.add(head);
          return happened::add;
        };
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay, o -> o.withObserver(observer));
        Http3Client client = harness.connect()) {
      Http3Call call = client.get("/a?b=c");
      stay.awaitArrival();
      call.stop(0x10c);
      harness.nextEntry();

      assertThat(begun).containsExactly(new RequestHead("GET", "/a", "HTTP/3", "127.0.0.1"));
      RequestEvent cancelled = new RequestEvent.Cancelled(new CancelReason.StreamReset(0x10c));
      Harness.await("the cancel is told", () -> happened.contains(cancelled));
    }
  }

  @Test
  void bodyIsReadAndStreamed() throws Exception {
    Handler echo =
        (request, response) -> {
          try (OutputStream out = response.stream("application/octet-stream")) {
            request.body().transferTo(out);
          }
        };
    byte[] sent = new byte[3 << 20];
    Arrays.fill(sent, (byte) 'x');
    try (Harness harness = Harness.start(echo);
        Http3Client client = harness.connect()) {
      Http3Call call = client.open("POST", "/", fields -> fields);
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  call.send(sent).end();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertThat(call.answer().body()).isEqualTo(new String(sent, UTF_8));
      sender.join();
    }
  }

  @Test
  void connectionServesManyRequestsAtOnce() throws Exception {
    try (Harness harness = Harness.start((request, response) -> response.text(request.path()));
        Http3Client client = harness.connect()) {
      Map<String, Http3Call> calls = new LinkedHashMap<>();
      for (int i = 0; i < 200; i++) {
        calls.put("/" + i, client.get("/" + i));
      }
      for (Map.Entry<String, Http3Call> call : calls.entrySet()) {
        assertThat(call.getValue().answer().body()).isEqualTo(call.getKey());
      }
    }
  }

  /// So that it is the server that tells who has vanished.
  @Test
  void quicIsMorePatientThanTheServer() throws Exception {
    try (Harness harness =
            Harness.start((_, _) -> {}, o -> o.withLiveness(Duration.ofSeconds(60)));
        Http3Client client = harness.connect()) {
      assertThat(client.connection().peerTransportParameters().maxIdleTimeout()).isEqualTo(65_000);
    }
  }

  @Test
  void interimResponseDoesNotEndTheAnswer() throws Exception {
    Handler hints =
        (_, response) -> {
          response.earlyHints("</style.css>; rel=preload; as=style");
          response.text("there");
        };
    try (Harness harness = Harness.start(hints);
        Http3Client client = harness.connect()) {
      Http3Call.Answer answer = client.get("/").answer();

      assertThat(answer.heads())
          .extracting(head -> head.status().toString())
          .containsExactly("103", "200");
      assertThat(answer.body()).isEqualTo("there");
    }
  }

  @Test
  void bodyIsTooLarge() throws Exception {
    try (Harness harness =
            Harness.start(
                (request, _) -> request.body().readAllBytes(), o -> o.withMaxBodyBytes(9));
        Http3Client client = harness.connect()) {
      assertThat(client.open("POST", "/", f -> f).send(new byte[10]).end().answer().status())
          .isEqualTo("413");
    }
  }

  @Test
  void answersByTlsSayThatThereIsHttp3() throws Exception {
    try (Harness harness = Harness.start((_, response) -> response.text("fine"));
        HttpClient tls = HttpClient.newBuilder().sslContext(trusting()).build();
        HttpClient plain = HttpClient.newHttpClient()) {
      String there = "h3=\":" + harness.http3().port() + "\"; ma=86400";

      assertThat(altSvc(tls, "https://localhost:" + harness.server().tlsPort())).contains(there);
      assertThat(altSvc(plain, "http://localhost:" + harness.server().port())).isEmpty();
    }
  }

  private static Optional<String> altSvc(HttpClient client, String server)
      throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(server)).build(),
            HttpResponse.BodyHandlers.ofString())
        .headers()
        .firstValue("alt-svc");
  }

  private static SSLContext trusting() throws NoSuchAlgorithmException, KeyManagementException {
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManager[] all = InsecureTrustManagerFactory.INSTANCE.getTrustManagers();
    context.init(null, all, null);
    return context;
  }
}
