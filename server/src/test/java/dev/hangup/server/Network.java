package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Tools;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A client's and a server's machine, and a bad network between them: network namespaces, of which
/// the one in the middle has nothing but a [Bridge].
///
/// ```
/// client 10.9.0.1 ── left [Bridge] right ── server 10.9.0.2
/// ```
public final class Network implements AutoCloseable {
  public static final String SERVER = "10.9.0.2";
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final String name =
      "hangup-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet() + "-";
  private final Deque<Closeable> opened = new ArrayDeque<>();
  private final Child bridge;

  public Network() throws IOException, InterruptedException {
    Tools.require("ip");
    Tools.require(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "network namespaces are made by root alone");
    removeWhatWasLeft();
    try {
      for (String machine : List.of("client", "middle", "server")) {
        ip("netns add " + name + machine);
        opened.push(() -> ip("netns delete " + name + machine));
      }
      connect("client", "10.9.0.1", "left");
      connect("server", SERVER, "right");
      bridge = java("middle", Bridge.class, "left", "right");
      bridge.await("READY");
    } catch (IOException | InterruptedException | Error e) {
      close();
      throw e;
    }
  }

  /// A test that was killed cannot clean up: the next one does.
  private static void removeWhatWasLeft() throws IOException {
    Pattern ours = Pattern.compile("hangup-(\\d+)-\\d+-\\w+");
    for (String line : ip("netns list").lines().toList()) {
      Matcher name = ours.matcher(line.split(" ", 2)[0]);
      if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
        ip("netns delete " + name.group());
      }
    }
  }

  private void connect(String machine, String address, String end) throws IOException {
    String at = "-n " + name + machine + " ";
    ip(at + "link add wire type veth peer name " + end + " netns " + name + "middle");
    ip(at + "address add " + address + "/24 dev wire");
    ip(at + "link set lo up");
    ip(at + "link set wire up");
    ip("-n " + name + "middle link set " + end + " up");
  }

  private static String ip(String arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(Tools.require("ip").toString()));
    command.addAll(List.of(arguments.split(" ", -1)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("ip " + arguments + ": " + said);
    }
    return said;
  }

  /// How long the client's kernel waits for the FIN that answers its own (`tcp_fin_timeout`).
  void clientForgetsAfter(int seconds) throws IOException {
    Path value = Files.writeString(Files.createTempFile("hangup", ""), String.valueOf(seconds));
    ip("netns exec " + name + "client cp " + value + " /proc/sys/net/ipv4/tcp_fin_timeout");
    Files.delete(value);
  }

  /// Starts a program on `client` or `server`.
  public Child java(String machine, Class<?> main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Tools.require("ip").toString(),
                "netns",
                "exec",
                name + machine,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Child child = new Child(builder); // ip becomes java: it is one process
    opened.push(child::close);
    return child;
  }

  /// Starts a [ServerMachine].
  Child server(ServerOptions.Transport transport, int limitSeconds, Path certificate)
      throws IOException, InterruptedException {
    Child server =
        java(
            "server",
            ServerMachine.class,
            transport.name(),
            limitSeconds + "000",
            certificate.toString());
    server.await("READY");
    return server;
  }

  /// Starts a [ClientMachine], and waits until all that its clients ask for has begun.
  ///
  /// @param groups each `COUNT KIND PATH`
  void clients(Child server, String... groups) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(server.await("READY").text().split(" ", -1)).subList(1, 3));
    int count = 0;
    for (String group : groups) {
      List<String> words = List.of(group.split(" ", -1));
      arguments.addAll(words);
      count += Integer.parseInt(words.getFirst());
    }
    java("client", ClientMachine.class, arguments.toArray(String[]::new));
    assertThat(server.await("BEGAN", count, 120_000)).hasSize(count);
  }

  /// Changes the network: see [Bridge].
  public void change(String how) throws IOException, InterruptedException {
    bridge.say(how).await("DONE " + how);
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
