package dev.hangup.demo;

import dev.hangup.testkit.Tools;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A real HAProxy before a demo, with a way in for each manner of passing requests on.
final class HAProxy {
  private final ProxyProcess process;
  private final List<Integer> ports;

  private HAProxy(ProxyProcess process, List<Integer> ports) {
    this.process = process;
    this.ports = ports;
  }

  static HAProxy start(Path folder, int backendPort) throws Exception {
    String binary = Tools.require("haproxy").toString();
    List<Integer> ports = ProxyProcess.freePorts(6);
    Path pem = DemoCertificate.pem(folder);
    Path file =
        Files.writeString(folder.resolve("haproxy.cfg"), configuration(backendPort, ports, pem));
    List<String> command = List.of(binary, "-db", "-f", file.toString());
    return new HAProxy(ProxyProcess.start(folder, ports.getFirst(), command), ports);
  }

  private static String configuration(int backendPort, List<Integer> ports, Path pem) {
    return """
    defaults
      mode http
      timeout connect 5s
      timeout client 60s
      timeout server 60s
      option abortonclose

    listen http1
      bind 127.0.0.1:%2$d
      bind 127.0.0.1:%3$d ssl crt %8$s alpn h2,http/1.1
      server demo 127.0.0.1:%1$d

    listen h2c
      bind 127.0.0.1:%4$d
      bind 127.0.0.1:%5$d ssl crt %8$s alpn h2,http/1.1
      server demo 127.0.0.1:%1$d proto h2

    defaults
      mode http
      timeout connect 5s
      timeout client 60s
      timeout server 60s

    listen without_abortonclose
      bind 127.0.0.1:%6$d
      server demo 127.0.0.1:%1$d

    listen tcp
      mode tcp
      bind 127.0.0.1:%7$d
      server demo 127.0.0.1:%1$d
    """
        .formatted(
            backendPort,
            ports.get(0),
            ports.get(1),
            ports.get(2),
            ports.get(3),
            ports.get(4),
            ports.get(5),
            pem);
  }

  /// HTTP/1.1 to the demo.
  String url(String pathAndQuery) {
    return url("http", ports.get(0), pathAndQuery);
  }

  /// HTTP/2 for who offers it, HTTP/1.1 to the demo.
  String secureUrl(String pathAndQuery) {
    return url("https", ports.get(1), pathAndQuery);
  }

  /// HTTP/2 to the demo.
  String h2cUrl(String pathAndQuery) {
    return url("http", ports.get(2), pathAndQuery);
  }

  /// HTTP/2 for who offers it, and to the demo.
  String secureH2cUrl(String pathAndQuery) {
    return url("https", ports.get(3), pathAndQuery);
  }

  /// As without `option abortonclose`.
  String deafUrl(String pathAndQuery) {
    return url("http", ports.get(4), pathAndQuery);
  }

  /// TCP, whatever is in it.
  InetSocketAddress tcp() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(5));
  }

  private static String url(String scheme, int port, String pathAndQuery) {
    return scheme + "://127.0.0.1:" + port + "/" + pathAndQuery;
  }

  void stop() throws InterruptedException {
    process.stop();
  }
}
