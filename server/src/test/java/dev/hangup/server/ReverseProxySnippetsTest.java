package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.ReverseProxyOptions.Protocol;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The code in ReverseProxy's documentation, run.
class ReverseProxySnippetsTest {

  @Test
  void proxy() throws IOException {
    try (Harness upstream =
        ProxyHarness.upstream((request, response) -> response.text(request.target()))) {
      String backend = "http://127.0.0.1:" + upstream.server.port();
      // @start region="proxy"
      try (ReverseProxy orders =
              ReverseProxy.to(
                  URI.create(backend + "/v1"), // GET /orders/7 asks for /v1/7
                  options -> options.withName("orders").withConnectTimeout(Duration.ofSeconds(1)));
          Server server =
              Server.start(
                  Router.empty().get("/orders/{path...}", orders).post("/orders/{path...}", orders),
                  options -> options.withPort(0))) {
        System.out.println("listening on port " + server.port());
        // @end
        try (var client = dev.hangup.testkit.RawClient.connect(server.address())) {
          client.request("GET", "/orders/7?a=b");
          assertThat(client.readResponse()).endsWith("/v1/7?a=b");
        }
      }
    }
  }

  @Test
  void http2() throws IOException {
    try (Harness upstream =
        ProxyHarness.upstream((request, response) -> response.text(request.protocol()))) {
      String backend = "http://127.0.0.1:" + upstream.server.port();
      // @start region="http2"
      ReverseProxy search =
          ReverseProxy.to(
              URI.create(backend), options -> options.withProtocol(Protocol.HTTP_2)); // h2c
      // @end
      try (search;
          Harness harness = Harness.start(Router.empty().get("/search/{path...}", search))) {
        assertThat(harness.answer("GET", "/search/x")).endsWith("HTTP/2.0");
      }
    }
  }
}
