package dev.hangup.bench;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the clients of `detect` speak: what those of the testkit do, and HTTP/3.
enum Speech {
  HTTP1("HTTP/1.1", Protocol.HTTP1),
  HTTP1_TLS("HTTP/1.1, TLS", Protocol.HTTP1_TLS),
  HTTP2("HTTP/2", Protocol.HTTP2),
  HTTP2_TLS("HTTP/2, TLS", Protocol.HTTP2_TLS),
  HTTP3("HTTP/3", null);

  final String title;

  /// Over TCP, or null.
  final @Nullable Protocol protocol;

  Speech(String title, @Nullable Protocol protocol) {
    this.title = title;
    this.protocol = protocol;
  }

  /// How its clients can leave. QUIC has one way to end a connection.
  List<Leaving> manners() {
    return switch (this) {
      case HTTP1, HTTP1_TLS -> List.of(new Leaving.Close(), new Leaving.Reset());
      case HTTP2, HTTP2_TLS ->
          List.of(new Leaving.Close(), new Leaving.Reset(), new Leaving.StreamReset());
      case HTTP3 -> List.of(new Leaving.Close(), new Leaving.StreamReset());
    };
  }
}
