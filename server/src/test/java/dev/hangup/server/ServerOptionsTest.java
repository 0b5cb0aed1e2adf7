package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ServerOptionsTest {
  private static final Handler ANSWERS = (_, response) -> response.text("fine");

  static Stream<Arguments> outOfRange() {
    Duration none = Duration.ZERO;
    Duration negative = Duration.ofMillis(-1);
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    String time = "(expected: more than zero, at most 365 days)";
    return Stream.of(
        range(o -> o.withPort(-1), "port: -1 (expected: 0-65535)"),
        range(o -> o.withPort(65536), "port: 65536 (expected: 0-65535)"),
        range(o -> o.withIoThreads(0), "ioThreads: 0 (expected: 1 or more)"),
        range(o -> o.withMaxLineBytes(63), "maxLineBytes: 63 (expected: 64 or more)"),
        range(o -> o.withMaxHeaderBytes(255), "maxHeaderBytes: 255 (expected: 256 or more)"),
        range(o -> o.withMaxBodyBytes(-1), "maxBodyBytes: -1 (expected: 0 or more)"),
        range(o -> o.withReadAheadBytes(65535), "readAheadBytes: 65535 (expected: 65536 or more)"),
        range(o -> o.withTotalReadAheadBytes(-1), "totalReadAheadBytes: -1 (expected: 0 or more)"),
        range(
            o -> o.withTotalWriteAheadBytes(-1), "totalWriteAheadBytes: -1 (expected: 0 or more)"),
        range(o -> o.withWriteAheadBytes(1023), "writeAheadBytes: 1023 (expected: 1024 or more)"),
        range(o -> o.withHeaderTimeout(none), "headerTimeout: PT0S " + time),
        range(o -> o.withHeaderTimeout(endless), "headerTimeout: " + endless + " " + time),
        range(o -> o.withIdleTimeout(negative), "idleTimeout: PT-0.001S " + time),
        range(o -> o.withIdleTimeout(endless), "idleTimeout: " + endless + " " + time),
        range(o -> o.withLiveness(negative), "liveness: PT-0.001S (expected: 0, or 1 s to 1 h)"),
        range(
            o -> o.withLiveness(Duration.ofMillis(999)),
            "liveness: PT0.999S (expected: 0, or 1 s to 1 h)"),
        range(
            o -> o.withLiveness(Duration.ofHours(1).plusNanos(1)),
            "liveness: PT1H0.000000001S (expected: 0, or 1 s to 1 h)"),
        range(o -> o.withMaxDeadline(none), "maxDeadline: PT0S " + time),
        range(o -> o.withDrainTimeout(negative), "drainTimeout: PT-0.001S " + time),
        range(o -> o.withGrace(none), "grace: PT0S " + time),
        range(o -> o.withGrace(negative), "grace: PT-0.001S " + time));
  }

  static Stream<Arguments> countsOutOfRange() throws IOException {
    Tls tls = Tls.selfSigned(Path.of("target", "tls"));
    return Stream.of(
        range(o -> o.withTls(65536, tls), "tls port: 65536 (expected: 0-65535)"),
        range(o -> o.withMaxHandlers(0), "maxHandlers: 0 (expected: 1 or more)"),
        range(o -> o.withMaxWaiting(-1), "maxWaiting: -1 (expected: 0 or more)"),
        range(o -> o.withMaxStreams(0), "maxStreams: 0 (expected: 1 or more)"),
        range(o -> o.withMaxResets(0), "maxResets: 0 (expected: 1 or more)"),
        range(o -> o.withMaxStragglers(0), "maxStragglers: 0 (expected: 1 or more)"),
        range(
            o -> o.withMaxStragglersPerConnection(0),
            "maxStragglersPerConnection: 0 (expected: 1 or more)"),
        range(o -> o.withMaxConnections(0), "maxConnections: 0 (expected: 1 or more)"),
        range(o -> o.withMinDataRate(-1), "minDataRate: -1 (expected: 0 or more)"));
  }

  private static Arguments range(UnaryOperator<ServerOptions> options, String message) {
    return arguments(options, message);
  }

  @ParameterizedTest
  @MethodSource({"outOfRange", "countsOutOfRange"})
  void valueOutOfRangeIsNamed(UnaryOperator<ServerOptions> options, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Server.start(ANSWERS, options))
        .withMessage(message);
  }

  @Test
  void copiesDoNotChangeTheirOrigin() {
    assertThat(ServerOptions.DEFAULTS.withCompression(false).withPort(1).compression()).isFalse();
    assertThat(ServerOptions.DEFAULTS.compression()).isTrue();
    ServerOptions.DEFAULTS.withPort(1).withGrace(Duration.ofSeconds(9)).withMaxBodyBytes(7);
    assertThat(ServerOptions.DEFAULTS.port()).isEqualTo(8080);
    assertThat(ServerOptions.DEFAULTS.grace()).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void smallestLimitsWork() throws IOException {
    try (Harness harness =
        Harness.start(
            ANSWERS, o -> o.withMaxLineBytes(64).withMaxHeaderBytes(256).withMaxBodyBytes(0))) {
      assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 200 ");
      assertThat(harness.answer("GET", "/" + "a".repeat(64))).startsWith("HTTP/1.1 414 ");
      assertThat(harness.exchange(Harness.post("/", "1"))).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void portInUseIsNamed() throws IOException {
    try (Server first = Server.start(ANSWERS, o -> o.withPort(0))) {
      assertThatExceptionOfType(BindException.class)
          .isThrownBy(() -> Server.start(ANSWERS, o -> o.withPort(first.port())))
          .withMessageStartingWith("cannot listen on 127.0.0.1:" + first.port() + ": ")
          .withMessageContaining("Address already in use");
    }
  }

  @Test
  void unknownHostIsNamed() {
    assertThatExceptionOfType(BindException.class)
        .isThrownBy(
            () -> Server.start(ANSWERS, o -> o.withHost("no.such.host.invalid").withPort(0)))
        .withMessage("cannot listen on no.such.host.invalid:0: no such host");
  }

  @Test
  void transportIsTheOneAskedFor() throws IOException {
    try (Server nio =
        Server.start(ANSWERS, o -> o.withPort(0).withTransport(ServerOptions.Transport.NIO))) {
      assertThat(nio.transport()).isEqualTo(ServerOptions.Transport.NIO);
      assertThat(nio).hasToString("Server on " + nio.address() + " (NIO)");
      assertThat(nio.address().getPort()).isEqualTo(nio.port());
    }
  }
}
