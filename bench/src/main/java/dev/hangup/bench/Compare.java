package dev.hangup.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Measures small requests with Hangup beside the field's servers, in one run on one machine: how
/// many a second, how many for a second of the server's CPU time, and how much memory those in
/// flight take.
final class Compare implements AutoCloseable {
  /// A JVM goes on compiling for longer than a round takes.
  static final int WARM_UPS = 3;

  private final Path folder = Files.createTempDirectory("hangup-compare");
  private final CompareOptions options;
  private final Set<Peer> peers = EnumSet.noneOf(Peer.class);

  /// Of the peers that are asked for, those that are there.
  Compare(CompareOptions options) throws IOException {
    this.options = options;
    for (Peer peer : options.peers()) {
      if (peer == Peer.GO && Go.version() == null) {
        System.err.println("hangup-bench: GO IS NOT INSTALLED: measuring without it");
      } else {
        peers.add(peer);
      }
    }
  }

  /// Returns the tables, in Markdown.
  String run() throws IOException, InterruptedException {
    return options.memory() ? memory() : throughput();
  }

  /// Each load on all servers in turn, round by round, so that what else the machine does falls on
  /// all of them. All run all the time, warmed up before.
  private String throughput() throws IOException, InterruptedException {
    List<Load> loads = Stream.of(Load.values()).filter(Compare::isInstalled).toList();
    List<PeerProcess> servers = new ArrayList<>();
    try {
      for (Peer peer : peers) {
        servers.add(new PeerProcess(peer, folder));
      }
      List<Throughput> measured = new ArrayList<>();
      for (Load load : loads) {
        measured.addAll(throughput(load, servers));
      }
      return new CompareReport(options, peers).throughput(loads, measured);
    } finally {
      for (PeerProcess server : servers) {
        server.close();
      }
    }
  }

  private static boolean isInstalled(Load load) {
    if (!load.isInstalled()) {
      System.err.println(
          "hangup-bench: " + load.command(1) + " IS NOT INSTALLED: no " + load.protocol);
    }
    return load.isInstalled();
  }

  private List<Throughput> throughput(Load load, List<PeerProcess> servers)
      throws IOException, InterruptedException {
    List<Throughput> measured = new ArrayList<>();
    for (PeerProcess server : servers) {
      if (load.suits(server.peer())) {
        measured.add(new Throughput(load, server.peer()));
        for (int i = 0; i < WARM_UPS; i++) {
          load.run(server.port(), options.seconds());
        }
      }
    }
    for (int round = 0; round < options.rounds(); round++) {
      for (PeerProcess server : servers) {
        for (Throughput one : measured) {
          if (one.peer() == server.peer()) {
            Duration before = server.cpu();
            Load.Result result = load.run(server.port(), options.seconds());
            one.add(result, server.cpu().minus(before));
          }
        }
      }
    }
    return measured;
  }

  /// One server after the other, each in a fresh process.
  private String memory() throws IOException, InterruptedException {
    int requests = Math.min(options.requests(), InFlightClients.most());
    if (requests < options.requests()) {
      System.err.println("hangup-bench: the limit on open files leaves " + requests + " requests");
    }
    List<Footprint> measured = new ArrayList<>();
    for (Peer peer : peers) {
      if (peer.waits) {
        try (PeerProcess server = new PeerProcess(peer, folder)) {
          measured.add(Footprint.measure(server, requests));
        }
      }
    }
    return new CompareReport(options, peers).memory(requests, measured);
  }

  @Override
  public void close() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
