package dev.hangup.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// How a proxy is started, by its name.
enum ProxyKind {
  NGINX("nginx", true) {
    @Override
    List<String> command(Path folder, Path file, int port) {
      return List.of("nginx", "-p", folder.toString(), "-c", file.toString(), "-e", "stderr");
    }
  },
  HAPROXY("haproxy", true) {
    @Override
    List<String> command(Path folder, Path file, int port) {
      return List.of("haproxy", "-db", "-f", file.toString());
    }
  },
  CADDY("caddy", true) {
    @Override
    List<String> command(Path folder, Path file, int port) {
      return List.of("caddy", "run", "--config", file.toString(), "--adapter", "caddyfile");
    }
  },
  VARNISH("varnishd", false) {
    @Override
    List<String> command(Path folder, Path file, int port) {
      String listen = "127.0.0.1:" + port;
      String own = folder.resolve("work").toString();
      return List.of(
          "varnishd",
          "-F",
          "-j",
          "none",
          "-a",
          listen,
          "-f",
          file.toString(),
          "-n",
          own,
          "-s",
          "malloc,32m");
    }
  },
  APACHE("apache2", false) {
    @Override
    List<String> command(Path folder, Path file, int port) {
      return List.of("apache2", "-D", "FOREGROUND", "-f", file.toString());
    }
  };

  final String program;

  /// Whether it has a port for HTTP/2 over TLS too.
  final boolean tls;

  ProxyKind(String program, boolean tls) {
    this.program = program;
    this.tls = tls;
  }

  abstract List<String> command(Path folder, Path file, int port);

  static ProxyKind of(String name) throws IOException {
    return Stream.of(values())
        .filter(kind -> kind.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new IOException("no such proxy: " + name));
  }

  /// Its version, as it tells it.
  String version() throws IOException, InterruptedException {
    String path = Program.require(program);
    String said =
        switch (this) {
          case NGINX, HAPROXY, APACHE -> Program.ask(path, "-v");
          case CADDY -> Program.ask(path, "version");
          case VARNISH -> Program.ask(path, "-V");
        };
    String line = said.lines().findFirst().orElse("");
    return line.replaceFirst("^.*?(\\d+\\.[\\w.+-]+).*$", "$1");
  }
}
