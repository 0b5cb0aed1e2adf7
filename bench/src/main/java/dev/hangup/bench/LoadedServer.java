package dev.hangup.bench;

import dev.hangup.testkit.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A server that is loaded by wrk in turn with others, and what it did, round by round.
record LoadedServer(ServerProcess server, List<Double> perSecond, List<Double> perCpuSecond) {
  LoadedServer(ServerProcess server) {
    this(server, new ArrayList<>(), new ArrayList<>());
  }

  /// Loads it once.
  ///
  /// @param counts whether it is warm
  void load(int seconds, boolean counts) throws IOException, InterruptedException {
    Duration before = server.cpu();
    Load.Result result = Load.WRK.run(server.address(Protocol.HTTP1).getPort(), seconds);
    Duration cpu = server.cpu().minus(before);
    if (result.errors() > 0) {
      throw new IOException(server.name() + ": " + result.errors() + " errors");
    }
    if (counts) {
      perSecond.add(result.answers() / result.seconds());
      perCpuSecond.add(result.answers() * 1e9 / cpu.toNanos());
    }
  }
}
