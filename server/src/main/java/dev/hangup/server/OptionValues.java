package dev.hangup.server;

import dev.hangup.RequestObserver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The values of [ServerOptions], mutable only while a copy is made.
final class OptionValues implements Cloneable {
  String host = "127.0.0.1";
  int port = 8080;
  int tlsPort;
  @Nullable Tls tls;
  @Nullable Engine engine;
  ServerOptions.Transport transport = ServerOptions.Transport.AUTO;
  int ioThreads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  int maxLineBytes = 8 << 10;
  int maxHeaderBytes = 16 << 10;
  long maxBodyBytes = 10L << 20;
  int readAheadBytes = 1 << 20;
  long totalReadAheadBytes = 64L << 20;
  int maxHandlers = 10_000;
  int maxWaiting = 10_000;
  int maxStreams = 250;
  int maxResets = 2_000;
  int maxStragglers = 1_000;
  int maxStragglersPerConnection = 50;
  int writeAheadBytes = 128 << 10;
  long totalWriteAheadBytes = 64L << 20;
  int maxConnections = 20_000;
  int minDataRate = 1 << 10;
  Duration headerTimeout = Duration.ofSeconds(10);
  Duration idleTimeout = Duration.ofSeconds(60);
  HalfClose halfClose = HalfClose.PROBE;
  boolean compression = true;
  Duration liveness = Duration.ofSeconds(10);
  Duration maxDeadline = Duration.ofHours(1);
  Duration drainTimeout = Duration.ofSeconds(10);
  Duration grace = Duration.ofMillis(250);
  @Nullable Health health;
  @Nullable AccessLog accessLog;
  @Nullable RequestObserver observer;

  OptionValues copy() {
    try {
      return (OptionValues) clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }
}
