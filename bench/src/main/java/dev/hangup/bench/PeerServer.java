package dev.hangup.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/// One peer for `compare`, in a process of its own. It says, a line each:
///
/// ```
/// port PORT                     once it listens
/// waiting COUNT LAST_STOPPED    asked for "waiting": how many handlers wait, when the last one stopped to
/// heap BYTES                    asked for "heap": what a full collection leaves
/// ```
final class PeerServer {
  private PeerServer() {}

  /// Serves until its input ends: with the process that started it.
  static void serve(Peer peer) throws Exception {
    answerQuestions("port " + peer.serve(0));
  }

  /// Says that the server listens, and answers until its input ends.
  static void answerQuestions(String listening) {
    Logger.getLogger("").setLevel(Level.SEVERE);
    System.out.println(listening);
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      questions.lines().forEach(PeerServer::answer);
    } finally {
      System.exit(0); // whatever threads it has
    }
  }

  private static void answer(String question) {
    switch (question) {
      case "waiting" -> System.out.println("waiting " + Waiting.state());
      case "heap" -> {
        System.gc();
        System.gc();
        long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        System.out.println("heap " + used);
      }
      default -> System.err.println("hangup-bench: what is " + question + "?");
    }
  }
}
