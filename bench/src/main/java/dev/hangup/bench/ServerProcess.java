package dev.hangup.bench;

import dev.hangup.server.HalfClose;
import dev.hangup.testkit.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A server that is measured, in a process of its own, which speaks as [DetectServer],
/// [SoakServer], [ServletServer] or [ObserveSubject] says. For one thread.
final class ServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  private final String name;
  private final Set<Protocol> protocols;
  private final ChildProcess process;
  private final InetSocketAddress plain;
  private final InetSocketAddress tls;
  private final @Nullable InetSocketAddress http3;
  private int lastId;

  private ServerProcess(String name, Set<Protocol> protocols, List<String> command)
      throws IOException, InterruptedException {
    this.name = name;
    this.protocols = protocols;
    this.process = new ChildProcess(name, command);
    String ports = process.await("ports", START);
    if (ports == null) {
      process.close();
      throw new IOException(name + " does not start");
    }
    String[] each = ports.split(" ", 3);
    this.plain = loopback(each[0]);
    this.tls = loopback(each[1]);
    this.http3 = each.length == 3 ? loopback(each[2]) : null;
  }

  /// Hangup, in this program's own Java.
  static ServerProcess hangup(HalfClose halfClose, PemFiles files)
      throws IOException, InterruptedException {
    boolean usual = halfClose == HalfClose.PROBE;
    return new ServerProcess(
        usual ? "Hangup" : "Hangup, `HalfClose." + halfClose + "`",
        usual ? EnumSet.allOf(Protocol.class) : EnumSet.of(Protocol.HTTP1),
        ChildProcess.java(
            List.of(),
            "detect-server",
            halfClose.name(),
            files.certificate().toString(),
            files.key().toString()));
  }

  /// Hangup for `soak`, with little memory.
  static ServerProcess soak(PemFiles files) throws IOException, InterruptedException {
    return new ServerProcess(
        "Hangup",
        EnumSet.allOf(Protocol.class),
        ChildProcess.java(
            List.of("-Xmx256m"),
            "soak-server",
            files.certificate().toString(),
            files.key().toString()));
  }

  /// Go's net/http, built in the folder.
  static ServerProcess go(Path folder, PemFiles files) throws IOException, InterruptedException {
    return new ServerProcess(
        "Go's net/http",
        EnumSet.complementOf(EnumSet.of(Protocol.HTTP2)),
        List.of(
            Go.build("detect", folder).toString(),
            files.certificate().toString(),
            files.key().toString()));
  }

  /// A servlet container, in this program's own Java.
  static ServerProcess servlets(ServletHost host, boolean filtered, Path keyStore)
      throws IOException, InterruptedException {
    return new ServerProcess(
        host.title + (filtered ? ", filter" : ", bare"),
        EnumSet.of(Protocol.HTTP1, Protocol.HTTP1_TLS),
        ChildProcess.java(
            List.of(PeerProcess.MAX_HEAP),
            "servlet-server",
            host.name(),
            Boolean.toString(filtered),
            keyStore.toString()));
  }

  /// Hangup for `observe`.
  static ServerProcess observed(ObserveSubject subject) throws IOException, InterruptedException {
    return new ServerProcess(
        subject.title,
        EnumSet.of(Protocol.HTTP1),
        ChildProcess.java(List.of(PeerProcess.MAX_HEAP), "observe-server", subject.name()));
  }

  private static InetSocketAddress loopback(String port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }

  String name() {
    return name;
  }

  boolean speaks(Speech speech) {
    return speech.protocol == null ? http3 != null : protocols.contains(speech.protocol);
  }

  InetSocketAddress address(Speech speech) {
    return speech.protocol == null
        ? Objects.requireNonNull(http3, "no HTTP/3")
        : address(speech.protocol);
  }

  InetSocketAddress address(Protocol protocol) {
    return protocol.isTls() ? tls : plain;
  }

  /// A request's number, never used before.
  String nextId() {
    lastId++;
    return Integer.toString(lastId);
  }

  /// Waits for a line, as [ChildProcess#await] does.
  @Nullable String await(String words, Duration patience) throws IOException, InterruptedException {
    return process.await(words, patience);
  }

  /// Asks, as [ChildProcess#ask] does.
  String ask(String question, Duration patience) throws IOException, InterruptedException {
    return process.ask(question, patience);
  }

  /// The CPU time that it has used.
  Duration cpu() {
    return process.cpu();
  }

  /// Ends its input, which it takes as the end.
  @Override
  public void close() throws IOException {
    process.close();
  }
}
