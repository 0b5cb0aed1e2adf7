package dev.hangup.lab.doctor;

import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real proxy before a service on this machine.
///
/// @param process the proxy
/// @param port where it listens
record Proxy(Process process, int port) implements AutoCloseable {

  /// As root, nginx's workers would be nobody, who may not enter the test's folder: so `user`.
  static Proxy nginx(Path folder, int service, String setting) throws Exception {
    int port = freePort();
    String configuration =
        """
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
          server {
            listen 127.0.0.1:%d;
            location / {
              proxy_pass http://127.0.0.1:%d;
              %s
            }
          }
        }
        """
            .formatted(port, service, setting);
    Path file = Files.writeString(folder.resolve("nginx.conf"), configuration);
    String nginx = Tools.require("nginx").toString();
    return start(folder, port, nginx, "-p", folder + "", "-c", file + "", "-e", "stderr");
  }

  static Proxy haproxy(Path folder, int service, String setting) throws Exception {
    int port = freePort();
    String configuration =
        """
        defaults
          mode http
          %s
          timeout connect 10s
          timeout client 60s
          timeout server 60s
        frontend in
          bind 127.0.0.1:%d
          default_backend out
        backend out
          server service 127.0.0.1:%d
        """
            .formatted(setting, port, service);
    Path file = Files.writeString(folder.resolve("haproxy.cfg"), configuration);
    return start(folder, port, Tools.require("haproxy").toString(), "-db", "-f", file + "");
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static Proxy start(Path folder, int port, String... command) throws Exception {
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(List.of(command))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int trial = 0; trial < 400; trial++) {
      try (RawClient _ = RawClient.connect(address)) {
        return new Proxy(process, port);
      } catch (IOException e) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    process.destroy();
    throw new IOException("it did not start: " + Files.readString(log));
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
