package dev.hangup.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A network namespace with a cable to it, that can be cut. One in this process, made when it is
/// first wanted, by root; it ends with the process.
final class Namespace {
  /// This end of the cable.
  static final String HERE = "10.213.77.1";

  private static final String THERE = "10.213.77.2";
  private static final String NAME = "hangup-lab-" + ProcessHandle.current().pid();
  private static final String CABLE = "hl" + ProcessHandle.current().pid() % 1_000_000;
  private static boolean made; // guarded by the class

  private Namespace() {}

  /// Makes it. Throws IOException for people if that is not allowed.
  static synchronized void make() throws IOException, InterruptedException {
    if (made) {
      return;
    }
    made = true;
    Runtime.getRuntime().addShutdownHook(new Thread(Namespace::remove, "end of the namespace"));
    ip("netns", "add", NAME);
    ip("link", "add", CABLE, "type", "veth", "peer", "name", "lab", "netns", NAME);
    ip("addr", "add", HERE + "/30", "dev", CABLE);
    ip("link", "set", CABLE, "up");
    ip("-n", NAME, "addr", "add", THERE + "/30", "dev", "lab");
    ip("-n", NAME, "link", "set", "lab", "up");
  }

  /// A command that runs there.
  static List<String> there(List<String> command) {
    List<String> there = new ArrayList<>(List.of("ip", "netns", "exec", NAME));
    there.addAll(command);
    return there;
  }

  /// From now on nothing comes from there.
  static void cut() throws IOException, InterruptedException {
    ip("-n", NAME, "route", "add", "blackhole", HERE + "/32");
  }

  static void mend() throws IOException, InterruptedException {
    ip("-n", NAME, "route", "del", "blackhole", HERE + "/32");
  }

  /// Ends it, with its end of the cable and so the other.
  private static void remove() {
    try {
      ip("netns", "del", NAME);
    } catch (IOException e) {
      System.err.println("hangup-lab: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void ip(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Program.require("ip")));
    command.addAll(List.of(arguments));
    var _ = Program.ask(command.toArray(String[]::new));
  }
}
