package dev.hangup.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// An nginx that keeps its connections to the server behind it, as it is set up for speed.
///
/// @param process nginx
/// @param address where it listens
record NginxProcess(Process process, InetSocketAddress address) implements AutoCloseable {
  private static final int ATTEMPTS = 200;

  /// Starts it with a folder of its own. Throws IOException where there is none.
  static NginxProcess start(Path folder, InetSocketAddress server)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port = freePort();
    Path file = folder.resolve("nginx.conf");
    Files.writeString(file, configuration(port, server.getPort()));
    ProcessBuilder nginx =
        new ProcessBuilder("nginx", "-p", folder.toString(), "-c", file.toString(), "-e", "stderr");
    nginx.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
    Process process =
        nginx.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    NginxProcess started =
        new NginxProcess(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    started.awaitStart(folder);
    return started;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void awaitStart(Path folder) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (Socket _ = new Socket(address.getAddress(), address.getPort())) {
        return;
      } catch (IOException e) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    throw new IOException("nginx did not start: " + Files.readString(folder.resolve("log")));
  }

  private static String configuration(int port, int server) {
    return """
    user root; # who else could not enter the folder
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
      upstream server {
        server 127.0.0.1:%d;
        keepalive 8;
      }
      server {
        listen 127.0.0.1:%d;
        location / {
          proxy_pass http://server;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }
      }
    }
    """
        .formatted(server, port);
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
