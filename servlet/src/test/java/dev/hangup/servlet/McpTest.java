package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import dev.hangup.Cancellation;
import dev.hangup.testkit.CancellationContract.Running;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Trail;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A server of the Model Context Protocol over Streamable HTTP, by the protocol's own SDK: a client
/// that disconnects cancels its call of a tool.
class McpTest {
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},
       "clientInfo":{"name":"test","version":"1"}}}\
      """;
  private static final String INITIALIZED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"report\",\"arguments\":{}}}";
  private static final Pattern SESSION = Pattern.compile("(?i)mcp-session-id: (\\S+)");

  private final Trail trail = new Trail();
  private final AtomicInteger calls = new AtomicInteger();

  @ParameterizedTest
  @EnumSource
  void clientThatDisconnectsCancelsItsToolCall(Engine engine) throws Exception {
    // @start region="mcp"
    var transport =
        HttpServletStreamableServerTransportProvider.builder().mcpEndpoint("/mcp").build();
    McpSyncServer server =
        McpServer.sync(transport)
            .immediateExecution(true) // tools run on the request's own thread
            .toolCall(
                Tool.builder("report", Map.of("type", "object")).build(),
                (exchange, call) -> report())
            .build();
    HangUpFilter filter =
        HangUpFilter.create(options ->
            options.withPolicy(request ->
                request.getRequestURI().equals("/mcp") // a call is a POST
                    ? CancelPolicy.INTERRUPT
                    : CancelPolicy.forMethod(request.getMethod())));
    // @end
    Running running = engine.container(Setup.PLAIN).start(transport, filter, Protocol.HTTP1);
    try (AutoCloseable _ = running.stop()) {
      String session = open(running);
      RawClient stays = post(running, session, CALL);
      trail.await("arrived 1");
      RawClient leaves = post(running, session, CALL);
      trail.await("arrived 2");
      leaves.leave(new Leaving.Close());
      trail.await("2 interrupted: client_closed");
      stays.leave(new Leaving.Reset());
      trail.await("1 interrupted: client_reset");
    } finally {
      server.close();
    }
  }

  private CallToolResult report() {
    int number = calls.incrementAndGet();
    trail.add("arrived " + number);
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      String reason = Cancellation.current().reason().orElseThrow().code();
      trail.add(number + " interrupted: " + reason);
    }
    return CallToolResult.builder().addTextContent("nobody reads this").build();
  }

  /// Returns the new session's number.
  private static String open(Running server) throws IOException {
    String session;
    try (RawClient client = post(server, "", INITIALIZE)) {
      Matcher matcher = SESSION.matcher(client.readHead());
      assertThat(matcher.find()).isTrue();
      session = matcher.group(1);
    }
    try (RawClient client = post(server, session, INITIALIZED)) {
      assertThat(client.readHead()).startsWith("HTTP/1.1 202");
    }
    return session;
  }

  private static RawClient post(Running server, String session, String body) throws IOException {
    String length = "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n";
    String known = session.isEmpty() ? "" : "Mcp-Session-Id: " + session + "\r\n";
    return RawClient.connect(server.address())
        .send(
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Accept: application/json, text/event-stream\r\n"
                + known
                + length
                + "\r\n"
                + body);
  }
}
