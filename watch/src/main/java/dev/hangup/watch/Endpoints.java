package dev.hangup.watch;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// The two ends of a TCP connection, in one form for IPv4, IPv6 and IPv4 mapped into IPv6.
///
/// @param localHigh the first 8 bytes of the local IPv6 address
/// @param localLow the last 8
/// @param remoteHigh the first 8 bytes of the remote IPv6 address
/// @param remoteLow the last 8
/// @param ports the local port times 65,536 and the remote one
record Endpoints(long localHigh, long localLow, long remoteHigh, long remoteLow, int ports) {
  private static final long MAPPED = 0xffff_0000_0000L;

  /// @throws IllegalArgumentException if an address is not resolved
  static Endpoints of(Ends ends) {
    InetAddress here = resolved("local", ends.local());
    InetAddress there = resolved("remote", ends.remote());
    int ports = ports(ends.local().getPort(), ends.remote().getPort());
    return new Endpoints(high(here), low(here), high(there), low(there), ports);
  }

  private static InetAddress resolved(String name, InetSocketAddress address) {
    InetAddress resolved = address.getAddress();
    if (resolved == null) {
      throw new IllegalArgumentException(name + ": " + address + " (expected: a resolved address)");
    }
    return resolved;
  }

  static int ports(int local, int remote) {
    return local << 16 | remote;
  }

  /// An IPv4 address, given as its four bytes in network order.
  static long mapped(int address) {
    return MAPPED | Integer.toUnsignedLong(address);
  }

  private static long high(InetAddress address) {
    return address instanceof Inet4Address ? 0 : ByteBuffer.wrap(address.getAddress()).getLong();
  }

  private static long low(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address ? mapped(bytes.getInt()) : bytes.getLong(8);
  }
}
