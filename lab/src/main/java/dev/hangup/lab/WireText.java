package dev.hangup.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Says in a few words what one side of a connection sends: the first line of a message of
/// HTTP/1.1, frames of HTTP/2 (RFC 9113 §4.1), or how many bytes of something else.
final class WireText {
  private static final Pattern FIRST_LINE =
      Pattern.compile(
          "^((?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|QUERY) \\S+|HTTP/1\\.[01] \\d{3})");
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int MOST_FRAME = 1 << 14;
  private static final int HEAD = 9;
  private static final List<String> TYPES =
      List.of(
          "DATA",
          "HEADERS",
          "PRIORITY",
          "RST_STREAM",
          "SETTINGS",
          "PUSH_PROMISE",
          "PING",
          "GOAWAY",
          "WINDOW_UPDATE",
          "CONTINUATION");
  private static final List<String> ERRORS =
      List.of(
          "NO_ERROR",
          "PROTOCOL_ERROR",
          "INTERNAL_ERROR",
          "FLOW_CONTROL_ERROR",
          "SETTINGS_TIMEOUT",
          "STREAM_CLOSED",
          "FRAME_SIZE_ERROR",
          "REFUSED_STREAM",
          "CANCEL",
          "COMPRESSION_ERROR",
          "CONNECT_ERROR",
          "ENHANCE_YOUR_CALM",
          "INADEQUATE_SECURITY",
          "HTTP_1_1_REQUIRED");

  private final ByteArrayOutputStream left = new ByteArrayOutputStream();
  private boolean begun;
  private boolean frames;

  /// @param text in a few words
  /// @param ends whether it ends a stream or the connection
  record Said(String text, boolean ends) {}

  /// @param payload the bytes that were kept
  /// @param length how many there were
  /// @param whole whether all of what was sent until now has been read here
  List<Said> read(ByteBuffer payload, int length, boolean whole) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(payload.position(), bytes);
    if (!begun) {
      begun = true;
      frames = isHttp2(bytes);
    }
    if (!frames) {
      return List.of(new Said(text(bytes, length), false));
    }
    if (!whole) {
      frames = false; // where the next one begins is not known any more
      return List.of(new Said(length + " bytes", false));
    }
    left.writeBytes(bytes);
    return frames();
  }

  /// By the preface, or by the SETTINGS that a server begins with.
  private static boolean isHttp2(byte[] bytes) {
    return new String(bytes, ISO_8859_1).startsWith("PRI * HTTP/2.0")
        || (bytes.length >= HEAD
            && bytes[0] == 0
            && bytes[3] == 4
            && bytes[5] == 0
            && bytes[8] == 0);
  }

  private static String text(byte[] bytes, int length) {
    String text = new String(bytes, 0, Math.min(bytes.length, 200), ISO_8859_1);
    Matcher line = FIRST_LINE.matcher(text);
    if (line.find()) {
      return line.group(1).length() > 60 ? line.group(1).substring(0, 60) + "…" : line.group(1);
    }
    boolean tls = bytes.length > 2 && bytes[0] >= 20 && bytes[0] <= 23 && bytes[1] == 3;
    String record =
        !tls ? "" : bytes[0] == 21 ? "TLS alert, " : bytes[0] == 22 ? "TLS handshake, " : "TLS, ";
    return record + length + " bytes";
  }

  private List<Said> frames() {
    List<Said> said = new ArrayList<>();
    ByteBuffer all = ByteBuffer.wrap(left.toByteArray());
    left.reset();
    if (new String(all.array(), ISO_8859_1).startsWith(PREFACE)) {
      said.add(new Said("PRI * HTTP/2.0", false));
      all.position(PREFACE.length());
    }
    while (all.remaining() >= HEAD) {
      int length = all.getInt(all.position()) >>> 8;
      if (length > MOST_FRAME) {
        frames = false;
        said.add(new Said(all.remaining() + " bytes", false));
        return said;
      }
      if (all.remaining() < HEAD + length) {
        break;
      }
      said.add(frame(all.slice(all.position(), HEAD + length)));
      all.position(all.position() + HEAD + length);
    }
    left.write(all.array(), all.position(), all.remaining());
    return said;
  }

  private static Said frame(ByteBuffer frame) {
    int type = frame.get(3) & 0xff;
    int flags = frame.get(4);
    int stream = frame.getInt(5) & Integer.MAX_VALUE;
    StringBuilder text = new StringBuilder(type < TYPES.size() ? TYPES.get(type) : "frame " + type);
    boolean acknowledges = (type == 4 || type == 6) && (flags & 1) != 0;
    if (acknowledges) {
      text.append(" ACK");
    } else if (stream > 0) {
      text.append(" stream ").append(stream);
    }
    if (type == 0) {
      text.append(", ").append(frame.remaining() - HEAD).append(" bytes");
    }
    if (type < 2 && (flags & 1) != 0) {
      text.append(", END_STREAM");
    }
    int error = type == 3 ? HEAD : type == 7 ? HEAD + 4 : -1;
    if (error >= 0 && frame.remaining() >= error + 4) {
      int code = frame.getInt(error);
      text.append(' ').append(code >= 0 && code < ERRORS.size() ? ERRORS.get(code) : "" + code);
    }
    return new Said(text.toString(), error >= 0);
  }
}
