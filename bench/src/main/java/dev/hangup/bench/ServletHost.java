package dev.hangup.bench;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A servlet container for `servlet`.
enum ServletHost {
  TOMCAT("Tomcat"),
  JETTY("Jetty"),
  UNDERTOW("Undertow");

  static final String PASSWORD = "hangup";

  final String title;

  ServletHost(String title) {
    this.title = title;
  }

  /// Where it listens, without TLS and with it.
  record Ports(int plain, int tls) {}

  /// Throws IllegalArgumentException with a message for people.
  static ServletHost of(String option, String id) {
    for (ServletHost host : values()) {
      if (host.name().toLowerCase(Locale.ROOT).equals(id)) {
        return host;
      }
    }
    throw new IllegalArgumentException(option + ": " + id + " (expected: tomcat, jetty, undertow)");
  }

  /// Serves everything by one servlet, behind the filter if there is one.
  Ports serve(Servlet servlet, @Nullable Filter filter, Path keyStore) throws Exception {
    return switch (this) {
      case TOMCAT -> TomcatHost.serve(servlet, filter, keyStore);
      case JETTY -> JettyHost.serve(servlet, filter, keyStore);
      case UNDERTOW -> UndertowHost.serve(servlet, filter, keyStore);
    };
  }

  /// Starts it in a process of its own, as [ServletServer] says.
  ServerProcess start(boolean filtered, Path keyStore) throws IOException, InterruptedException {
    return ServerProcess.servlets(this, filtered, keyStore);
  }
}
