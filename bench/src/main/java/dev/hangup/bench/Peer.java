package dev.hangup.bench;

import static java.util.stream.Collectors.joining;

import dev.hangup.server.Server;
import io.helidon.webserver.WebServer;
import io.netty.channel.Channel;
import io.undertow.Undertow;
import io.vertx.core.Vertx;
import java.util.Locale;
import java.util.stream.Stream;

/// A server that `compare` measures, as it is without options, with the smallest handler there is.
enum Peer {
  HANGUP("Hangup", true, true),
  NETTY("Netty alone, event loop", true, false),
  HELIDON("Helidon SE", true, true),
  JETTY("Jetty, virtual threads", true, true),
  VERTX("Vert.x, event loop", true, false),
  VERTX_VIRTUAL("Vert.x, virtual threads", true, false),
  UNDERTOW("Undertow, IO thread", true, false),
  UNDERTOW_WORKER("Undertow, worker thread", true, false),
  JDK("JDK httpserver, virtual threads", false, true),
  GO("Go net/http", false, true);

  final String title;

  /// Whether it speaks HTTP/2 without TLS.
  final boolean speaksHttp2;

  /// Whether its handlers may block, by the thousand.
  final boolean waits;

  Peer(String title, boolean speaksHttp2, boolean waits) {
    this.title = title;
    this.speaksHttp2 = speaksHttp2;
    this.waits = waits;
  }

  /// As it is called on the command line.
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The one that is called so.
  ///
  /// @param option where, for the message of the IllegalArgumentException
  static Peer of(String option, String id) {
    return Stream.of(values())
        .filter(peer -> peer.id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s: %s (expected: %s)"
                    .formatted(
                        option, id, Stream.of(values()).map(Peer::id).collect(joining(", ")))));
  }

  /// Whether it tells its handlers that their client has left.
  boolean tellsOfHangUps() {
    return this == HANGUP || this == GO;
  }

  /// Serves in this process, on loopback, for as long as that runs.
  ///
  /// @param port 0 for any
  /// @return the port
  int serve(int port) throws Exception {
    return switch (this) {
      case HANGUP -> HangupHello.serve(port);
      case NETTY -> NettyHello.serve(port);
      case HELIDON -> HelidonHello.serve(port);
      case JETTY -> JettyHello.serve(port);
      case VERTX -> VertxHello.serve(port, false);
      case VERTX_VIRTUAL -> VertxHello.serve(port, true);
      case UNDERTOW -> UndertowHello.serve(port, false);
      case UNDERTOW_WORKER -> UndertowHello.serve(port, true);
      case JDK -> JdkHello.serve(port);
      case GO -> throw new IllegalArgumentException("Go is not Java");
    };
  }

  /// Its name and version.
  String version() {
    return switch (this) {
      case HANGUP -> Machine.jarName(Server.class);
      case NETTY -> Machine.jarName(Channel.class);
      case HELIDON -> Machine.jarName(WebServer.class);
      case JETTY -> Machine.jarName(org.eclipse.jetty.server.Server.class);
      case VERTX, VERTX_VIRTUAL -> Machine.jarName(Vertx.class);
      case UNDERTOW, UNDERTOW_WORKER -> Machine.jarName(Undertow.class);
      case JDK -> "JDK " + Runtime.version();
      case GO -> String.valueOf(Go.version());
    };
  }
}
