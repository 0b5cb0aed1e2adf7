package dev.hangup.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Header compression (RFC 7541): reads what clients send, with their tables and their Huffman
/// codes, and writes literals only. A decoder is one connection's; for one thread.
final class Hpack {
  private static final int TABLE_LIMIT = 4096; // SETTINGS_HEADER_TABLE_SIZE that nobody has changed

  /// The static table, RFC 7541 Appendix A: name, or name and value.
  private static final String[] STATIC =
      """
      :authority;:method GET;:method POST;:path /;:path /index.html;:scheme http;:scheme https;\
      :status 200;:status 204;:status 206;:status 304;:status 400;:status 404;:status 500;\
      accept-charset;accept-encoding gzip, deflate;accept-language;accept-ranges;accept;\
      access-control-allow-origin;age;allow;authorization;cache-control;content-disposition;\
      content-encoding;content-language;content-length;content-location;content-range;content-type;\
      cookie;date;etag;expect;expires;from;host;if-match;if-modified-since;if-none-match;if-range;\
      if-unmodified-since;last-modified;link;location;max-forwards;proxy-authenticate;\
      proxy-authorization;range;referer;refresh;retry-after;server;set-cookie;\
      strict-transport-security;transfer-encoding;user-agent;vary;via;www-authenticate\
      """
          .split(";");

  private final List<Field> dynamic = new ArrayList<>(); // the newest first
  private int limit = TABLE_LIMIT;

  /// A header field.
  record Field(String name, String value) {
    int size() {
      return name.length() + value.length() + 32; // RFC 7541 §4.1
    }
  }

  /// Decodes one whole field block.
  ///
  /// @throws IOException if it is none
  Map<String, String> decode(ByteBuffer block) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    try {
      while (block.hasRemaining()) {
        int first = block.get() & 0xff;
        if (first >= 0x80) { // §6.1 indexed
          put(fields, entry(integer(block, first, 7)));
        } else if (first >= 0x40) { // §6.2.1 literal that is remembered
          Field field = literal(block, integer(block, first, 6));
          dynamic.addFirst(field);
          evict();
          put(fields, field);
        } else if (first >= 0x20) { // §6.3 table size
          limit = integer(block, first, 5);
          evict();
        } else { // §6.2.2 and §6.2.3 literal that is not
          put(fields, literal(block, integer(block, first, 4)));
        }
      }
    } catch (RuntimeException e) {
      throw new IOException("no field block", e);
    }
    return fields;
  }

  private static void put(Map<String, String> fields, Field field) {
    fields.putIfAbsent(field.name(), field.value());
  }

  private void evict() {
    int size = 0;
    for (int i = 0; i < dynamic.size(); i++) {
      size += dynamic.get(i).size();
      if (size > limit) {
        dynamic.subList(i, dynamic.size()).clear();
      }
    }
  }

  private Field entry(int index) {
    if (index > STATIC.length) {
      return dynamic.get(index - STATIC.length - 1);
    }
    String[] parts = STATIC[index - 1].split(" ", 2);
    return new Field(parts[0], parts.length == 2 ? parts[1] : "");
  }

  private Field literal(ByteBuffer block, int nameIndex) {
    String name = nameIndex == 0 ? string(block) : entry(nameIndex).name();
    return new Field(name, string(block));
  }

  /// RFC 7541 §5.1.
  private static int integer(ByteBuffer block, int first, int bits) {
    int most = (1 << bits) - 1;
    int value = first & most;
    if (value < most) {
      return value;
    }
    int next;
    int shift = 0;
    do {
      next = block.get();
      value = Math.addExact(value, (next & 0x7f) << shift);
      shift += 7;
    } while (next < 0);
    return value;
  }

  /// RFC 7541 §5.2.
  private static String string(ByteBuffer block) {
    int first = block.get() & 0xff;
    byte[] bytes = new byte[integer(block, first, 7)];
    block.get(bytes);
    return first >= 0x80 ? Huffman.decode(bytes) : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /// Encodes fields as literals without a table, RFC 7541 §6.2.2.
  static byte[] encode(Map<String, String> fields) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (Map.Entry<String, String> field : fields.entrySet()) {
      block.write(0); // a literal that is not to be remembered, with a literal name
      write(block, field.getKey());
      write(block, field.getValue());
    }
    return block.toByteArray();
  }

  private static void write(ByteArrayOutputStream block, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int most = 127; // RFC 7541 §5.1: what does not fit into seven bits goes on in the next bytes
    int left = bytes.length - most;
    block.write(Math.min(bytes.length, most));
    if (left >= 0) {
      for (; left >= 128; left >>= 7) {
        block.write((left & most) | 128);
      }
      block.write(left);
    }
    block.write(bytes);
  }
}
