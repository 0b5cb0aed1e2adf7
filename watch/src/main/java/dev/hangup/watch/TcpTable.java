package dev.hangup.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The kernel's connections, as proc(5) shows them: `/proc/net/tcp` and `/proc/net/tcp6`.
///
/// @param tables the files
record TcpTable(List<Path> tables) {
  static final int ESTABLISHED = 1;

  private static final int IPV4_DIGITS = 8;

  static TcpTable ofThisProcess() {
    return new TcpTable(List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6")));
  }

  boolean isReadable() {
    return Files.isReadable(tables.getFirst());
  }

  /// Each connection's state.
  Map<Endpoints, Integer> states() throws IOException {
    Map<Endpoints, Integer> states = new HashMap<>();
    for (Path table : tables) {
      if (Files.isReadable(table)) {
        try (Stream<String> rows = Files.lines(table)) {
          rows.skip(1).forEach(row -> read(row, states));
        }
      }
    }
    return states;
  }

  /// `0: 0100007F:1F90 0100007F:D431 01 …`: each address in words of the machine's byte order.
  private static void read(String row, Map<Endpoints, Integer> states) {
    String[] fields = row.strip().split(" +", 5);
    String local = fields[1];
    String remote = fields[2];
    Endpoints endpoints =
        new Endpoints(
            high(local),
            low(local),
            high(remote),
            low(remote),
            Endpoints.ports(port(local), port(remote)));
    states.put(endpoints, Integer.parseInt(fields[3], 16));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
  }

  private static long high(String address) {
    return address.indexOf(':') == IPV4_DIGITS ? 0 : word(address, 0) << 32 | word(address, 8);
  }

  private static long low(String address) {
    return address.indexOf(':') == IPV4_DIGITS
        ? Endpoints.mapped((int) word(address, 0))
        : word(address, 16) << 32 | word(address, 24);
  }

  /// In network order; both machines that we know are little-endian.
  private static long word(String address, int at) {
    int shown = Integer.parseUnsignedInt(address.substring(at, at + 8), 16);
    return Integer.toUnsignedLong(Integer.reverseBytes(shown));
  }
}
