package dev.hangup.servlet;

import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A real nginx that keeps its connections to the container, as it is set up for speed.
///
/// @param process nginx
/// @param address where it listens
record Nginx(Process process, InetSocketAddress address) implements AutoCloseable {

  static Nginx start(Path folder, InetSocketAddress container) throws Exception {
    String binary = Tools.require("nginx").toString();
    int port = freePort();
    Path file =
        Files.writeString(folder.resolve("nginx.conf"), configuration(port, container.getPort()));
    Process process =
        new ProcessBuilder(binary, "-p", folder.toString(), "-c", file.toString(), "-e", "stderr")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Nginx nginx = new Nginx(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    nginx.awaitStart(folder);
    return nginx;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void awaitStart(Path folder) throws Exception {
    for (int trial = 0; trial < 1_000; trial++) {
      try (RawClient _ = RawClient.connect(address)) {
        return;
      } catch (IOException e) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    throw new IOException("nginx did not start: " + Files.readString(folder.resolve("log")));
  }

  /// As root, its workers would be nobody, who may not enter the test's folder: so `user`, which
  /// means nothing to others.
  private static String configuration(int port, int container) {
    return """
    user root;
    daemon off;
    pid nginx.pid;
    events {}
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      upstream container {
        server 127.0.0.1:%d;
        keepalive 8;
      }
      server {
        listen 127.0.0.1:%d;
        location / {
          proxy_pass http://container;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }
      }
    }
    """
        .formatted(container, port);
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
