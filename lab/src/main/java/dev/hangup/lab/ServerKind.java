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

  /// The command; Go's are built before, in the folder.
  static List<String> command(String name, Path folder, String host)
      throws IOException, InterruptedException {
    return switch (name) {
      case "go", "gin" -> List.of(build(name, folder).toString());
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

  private static Path build(String name, Path folder) throws IOException, InterruptedException {
    Path sources = Files.createDirectories(folder.resolve("go").resolve(name));
    Path program = sources.resolve("server");
    if (Files.exists(program)) {
      return program;
    }
    Program.require("go");
    String handler = "/go/" + (name.equals("go") ? "nethttp" : name) + "/handler.go";
    List<String> command = new ArrayList<>(List.of("go", "build", "-o", program.toString()));
    command.add(copy("/go/server.go", sources).toString());
    command.add(copy(handler, sources).toString());
    ProcessBuilder build = new ProcessBuilder(command).redirectErrorStream(true);
    build
        .environment()
        .putAll(
            Map.of(
                "GO111MODULE", "off",
                "GOPATH", "/usr/share/gocode", // where Debian's packages put sources
                "GOFLAGS", "",
                "GOCACHE", folder.resolve("go").resolve("cache").toAbsolutePath().toString()));
    Process process = build.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("go build: " + said.lines().limit(2).toList());
    }
    return program;
  }

  private static Path copy(String resource, Path folder) throws IOException {
    Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
    try (InputStream in = ServerKind.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in, resource), file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}
