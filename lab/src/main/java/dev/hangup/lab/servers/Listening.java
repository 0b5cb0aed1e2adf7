package dev.hangup.lab.servers;

/// Where a server listens: it says so on standard output, a line for each protocol.
///
/// ```
/// listening h1 http://127.0.0.1:40001
/// version 11.0
/// ready
/// ```
final class Listening {
  private static final String HOST = System.getProperty("lab.host", "127.0.0.1");

  private Listening() {}

  /// The address to listen on.
  static String host() {
    return HOST;
  }

  static void say(String protocol, String scheme, int port) {
    System.out.println("listening " + protocol + " " + scheme + "://" + HOST + ":" + port);
  }

  /// HTTP/1.1, and HTTP/2 by prior knowledge, on one port.
  static void cleartext(int port) {
    say("h1", "http", port);
    say("h2", "http", port);
  }

  /// The version of the library that a class is of, as its jar's name tells.
  static void version(Class<?> type) {
    String location =
        String.valueOf(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    String file = location.substring(location.lastIndexOf('/') + 1);
    System.out.println("version " + file.replaceAll("\\.jar$|\\.Final\\.jar$", ""));
  }
}
