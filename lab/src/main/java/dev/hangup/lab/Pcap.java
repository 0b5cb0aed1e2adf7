package dev.hangup.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what tcpdump wrote: TCP segments over IPv4 and IPv6. What else there is, is passed over.
///
/// Source: draft-ietf-opsawg-pcap §4, RFC 791 §3.1, RFC 8200 §3, RFC 9293 §3.1.
final class Pcap {
  private static final int MICROS = 0xa1b2c3d4;
  private static final int NANOS = 0xa1b23c4d;
  private static final int TCP = 6;
  private static final int MOST = 1 << 18; // of one packet, as tcpdump has it

  private final ByteBuffer file;
  private final long fraction;
  private final int linkType;

  private Pcap(ByteBuffer file, long fraction, int linkType) {
    this.file = file;
    this.fraction = fraction;
    this.linkType = linkType;
  }

  /// A segment.
  ///
  /// @param nanos when it was seen
  /// @param from address and port
  /// @param to address and port
  /// @param sequence of its first byte
  /// @param flags as in [#FIN]
  /// @param payload what it carries, as far as it was kept
  /// @param length how much it carries
  record Segment(
      long nanos, String from, String to, int sequence, int flags, ByteBuffer payload, int length) {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;

    boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  /// Reads a file. What is cut off at its end, as where tcpdump was killed, is passed over.
  static List<Segment> read(Path path) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path));
    if (file.remaining() < 24) {
      throw new IOException(path + ": no capture (expected: 24 bytes or more)");
    }
    int magic = file.getInt(0);
    int swapped = Integer.reverseBytes(magic);
    if (swapped == MICROS || swapped == NANOS) {
      file.order(ByteOrder.LITTLE_ENDIAN);
      magic = swapped;
    } else if (magic != MICROS && magic != NANOS) {
      throw new IOException(path + ": no capture of tcpdump's (expected: pcap)");
    }
    Pcap pcap = new Pcap(file, magic == MICROS ? 1_000 : 1, file.getInt(20) & 0xffff);
    file.position(24);
    return pcap.segments();
  }

  private List<Segment> segments() {
    List<Segment> segments = new ArrayList<>();
    while (file.remaining() >= 16) {
      long nanos = (file.getInt() & 0xffffffffL) * 1_000_000_000 + file.getInt() * fraction;
      int kept = file.getInt();
      file.getInt();
      if (kept < 0 || kept > MOST || kept > file.remaining()) {
        break;
      }
      ByteBuffer packet = file.slice(file.position(), kept); // big-endian, as networks are
      file.position(file.position() + kept);
      Segment segment = packet(nanos, packet);
      if (segment != null) {
        segments.add(segment);
      }
    }
    return segments;
  }

  private @Nullable Segment packet(long nanos, ByteBuffer packet) {
    int header =
        switch (linkType) {
          case 0 -> 4; // BSD's loopback
          case 1 -> 14; // Ethernet, and Linux's loopback
          case 101 -> 0; // none
          case 113 -> 16; // Linux's "any"
          case 276 -> 20; // the same, version 2
          default -> -1;
        };
    if (header < 0 || packet.remaining() < header + 20) {
      return null;
    }
    ByteBuffer ip = packet.slice(header, packet.remaining() - header);
    return switch ((ip.get(0) >> 4) & 15) {
      case 4 -> ip4(nanos, ip);
      case 6 -> ip6(nanos, ip);
      default -> null;
    };
  }

  private static @Nullable Segment ip4(long nanos, ByteBuffer ip) {
    int header = (ip.get(0) & 15) * 4;
    int length = ip.getShort(2) & 0xffff;
    boolean first = (ip.getShort(6) & 0x1fff) == 0; // no later fragment
    return ip.get(9) == TCP && first && header >= 20
        ? tcp(nanos, ip, header, length - header, 12, 4)
        : null;
  }

  private static @Nullable Segment ip6(long nanos, ByteBuffer ip) {
    return ip.remaining() >= 40 && ip.get(6) == TCP
        ? tcp(nanos, ip, 40, ip.getShort(4) & 0xffff, 8, 16)
        : null;
  }

  private static @Nullable Segment tcp(
      long nanos, ByteBuffer ip, int at, int length, int addresses, int size) {
    if (ip.remaining() < at + 20) {
      return null;
    }
    int header = ((ip.get(at + 12) >> 4) & 15) * 4;
    int carries = length - header;
    int kept = Math.min(carries, ip.remaining() - at - header);
    if (header < 20 || kept < 0) {
      return null;
    }
    return new Segment(
        nanos,
        endpoint(ip, addresses, size, at),
        endpoint(ip, addresses + size, size, at + 2),
        ip.getInt(at + 4),
        ip.get(at + 13) & 0x3f,
        ip.slice(at + header, kept),
        carries);
  }

  private static String endpoint(ByteBuffer ip, int address, int size, int port) {
    byte[] bytes = new byte[size];
    ip.get(address, bytes);
    try {
      String text = InetAddress.getByAddress(bytes).getHostAddress();
      return (size == 16 ? "[" + text + "]" : text) + ":" + (ip.getShort(port) & 0xffff);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}
