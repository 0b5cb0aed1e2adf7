package dev.hangup.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// How a server of ours is started, by its name.
final class ServerKind {
  private ServerKind() {}

  /// The command; Go's and Rust's are built before, in the folder.
  static List<String> command(String name, Path folder, String host)
      throws IOException, InterruptedException {
    return switch (name) {
      case "go", "gin" -> List.of(go(name, folder).toString());
      case "hyper" -> List.of(hyper(folder).toString());
      case "node" -> List.of(Program.require("node"), copy("/node/server.js", folder).toString());
      default -> java(name, folder, host);
    };
  }

  /// What all that are not Java's read.
  static Map<String, String> environment(Path folder, String host) {
    return Map.of("LAB_HOST", host, "LAB_TLS", tls(folder).toString());
  }

  static Path tls(Path folder) {
    return folder.resolve("tls");
  }

  private static List<String> java(String name, Path folder, String host) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1", // it is to start soon
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Dlab.host=" + host,
        "-Dlab.tls=" + tls(folder),
        "-cp",
        System.getProperty("java.class.path"),
        "dev.hangup.lab.servers.ServerMain",
        name);
  }

  private static Path go(String name, Path folder) throws IOException, InterruptedException {
    Path sources = Files.createDirectories(folder.resolve("go").resolve(name).toAbsolutePath());
    Path program = sources.resolve("server");
    if (Files.exists(program)) {
      return program;
    }
    Program.require("go");
    String handler = "/go/" + (name.equals("go") ? "nethttp" : name) + "/handler.go";
    List<String> command = new ArrayList<>(List.of("go", "build", "-o", program.toString()));
    command.add(copy("/go/server.go", sources).toString());
    command.add(copy(handler, sources).toString());
    build(
        command,
        sources,
        Map.of(
            "GO111MODULE", "off",
            "GOPATH", "/usr/share/gocode", // where Debian's packages put sources
            "GOFLAGS", "",
            "GOCACHE", folder.resolve("go").resolve("cache").toAbsolutePath().toString()));
    return program;
  }

  /// By Debian's cargo, of Debian's crates, without a network.
  private static Path hyper(Path folder) throws IOException, InterruptedException {
    Path sources = Files.createDirectories(folder.resolve("rust").toAbsolutePath());
    Path program = sources.resolve("target/debug/server");
    if (Files.exists(program)) {
      return program;
    }
    for (String needed : List.of("/usr/bin/cargo", "/usr/share/cargo/registry")) {
      if (!Files.exists(Path.of(needed))) {
        throw new IOException(needed + " is not installed");
      }
    }
    copy("/rust/Cargo.toml", sources);
    copy("/rust/server.rs", sources);
    copy("/rust/config.toml", Files.createDirectories(sources.resolve(".cargo")));
    build(
        List.of("/usr/bin/cargo", "build", "--offline", "--quiet"),
        sources,
        Map.of("CARGO_HOME", sources.resolve("home").toString(), "RUSTC", "/usr/bin/rustc"));
    return program;
  }

  private static void build(List<String> command, Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder build =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    build.environment().putAll(environment);
    Process process = build.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command.getFirst() + " build: " + said.lines().limit(2).toList());
    }
  }

  private static Path copy(String resource, Path folder) throws IOException {
    Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
    try (InputStream in = ServerKind.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in, resource), file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}
