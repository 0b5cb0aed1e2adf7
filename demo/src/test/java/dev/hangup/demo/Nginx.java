package dev.hangup.demo;

import dev.hangup.testkit.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A real nginx before a demo. What concerns the proxy is `proxy_pass` alone: the rest is as nginx
/// ships it.
final class Nginx {
  private final ProxyProcess process;
  private final int port;
  private final int tlsPort;

  private Nginx(ProxyProcess process, int port, int tlsPort) {
    this.process = process;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  static Nginx start(Path folder, int backendPort) throws Exception {
    String binary = Tools.require("nginx").toString();
    List<Integer> ports = ProxyProcess.freePorts(2);
    int port = ports.getFirst();
    int tlsPort = ports.getLast();
    DemoCertificate.pem(folder);
    Path file =
        Files.writeString(folder.resolve("nginx.conf"), configuration(port, tlsPort, backendPort));
    List<String> command =
        List.of(binary, "-p", folder.toString(), "-c", file.toString(), "-e", "stderr");
    return new Nginx(ProxyProcess.start(folder, port, command), port, tlsPort);
  }

  /// As root, its workers would be nobody, who may not enter the test's folder: so `user`, which
  /// means nothing to others.
  private static String configuration(int port, int tlsPort, int backendPort) {
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
      server {
        listen 127.0.0.1:%d;
        listen 127.0.0.1:%d ssl http2;
        ssl_certificate localhost.pem;
        ssl_certificate_key localhost.pem;
        location / {
          proxy_pass http://127.0.0.1:%d;
        }
      }
    }
    """
        .formatted(port, tlsPort, backendPort);
  }

  String url(String pathAndQuery) {
    return "http://127.0.0.1:" + port + "/" + pathAndQuery;
  }

  /// HTTP/2, for who offers it.
  String secureUrl(String pathAndQuery) {
    return "https://127.0.0.1:" + tlsPort + "/" + pathAndQuery;
  }

  void stop() throws InterruptedException {
    process.stop();
  }
}
