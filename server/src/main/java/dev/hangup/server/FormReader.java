package dev.hangup.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.EndOfDataDecoderException;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.TooManyFormFieldsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads one request's form on the handler's thread. Netty decodes it; what it is fed is read from
/// the body as anybody would, so that back-pressure and hang-ups are the body's.
final class FormReader implements AutoCloseable {
  private static final int FIELDS = 1_000;
  private static final int FIELD_BYTES = 64 << 10;
  private static final int ALL_FIELDS_BYTES = 2 << 20;
  private static final int PART_HEAD_BYTES = 16 << 10;
  private static final int PIECE = 16 << 10;

  private static final String URL_ENCODED = "application/x-www-form-urlencoded";
  private static final String MULTIPART = "multipart/form-data";

  /// RFC 2046 §5.1.1 says of what a boundary is made.
  private static final Pattern BOUNDARY =
      Pattern.compile(
          "(?i);\\s*boundary\\s*=\\s*"
              + "(?:\"([\\w'()+,./:=? -]{0,69}[\\w'()+,./:=?-])\"|([\\w'()+,./:=?-]{1,70}))"
              + "\\s*(?:;|$)");

  /// On the heap: what a failing decoder leaves behind needs no release.
  private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false, true);

  private final HttpRequest head;
  private final RequestBody body;
  private final TemporaryFiles files = new TemporaryFiles();
  private @Nullable Form form;

  FormReader(HttpRequest head, RequestBody body) {
    this.head = head;
    this.body = body;
  }

  Form form() throws IOException {
    Form read = form;
    if (read == null) {
      read = read();
      form = read;
    }
    return read;
  }

  private Form read() throws IOException {
    String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "none");
    String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!media.equals(URL_ENCODED) && !media.equals(MULTIPART)) {
      throw new HttpException(
          415, "Content-Type: " + type + " (expected: " + URL_ENCODED + " or " + MULTIPART + ")");
    }
    if (body.isRead()) {
      throw new IllegalStateException("form: the body was read already");
    }
    return media.equals(MULTIPART) ? multipart(boundary(type)) : encoded();
  }

  // application/x-www-form-urlencoded

  private Form encoded() throws IOException {
    byte[] bytes = body.readNBytes(ALL_FIELDS_BYTES + 1);
    check(0, bytes.length);
    String text = new String(bytes, StandardCharsets.UTF_8).replace("#", "%23"); // ends a query
    Form read = new Form();
    int[] count = new int[1];
    try {
      new QueryStringDecoder(text, StandardCharsets.UTF_8, false, FIELDS + 1, true)
          .parameters()
          .forEach((name, values) -> values.forEach(value -> add(read, name, value, ++count[0])));
    } catch (IllegalArgumentException e) {
      throw malformed(e);
    }
    return read;
  }

  private static void add(Form form, String name, String value, int count) {
    if (count > FIELDS) {
      throw tooMany();
    }
    check(value.getBytes(StandardCharsets.UTF_8).length, 0);
    form.add(name, value);
  }

  // multipart/form-data

  private static String boundary(String type) {
    Matcher found = BOUNDARY.matcher(type);
    if (!found.find()) {
      throw new HttpException(400, "Content-Type: " + type + " (expected: a boundary)");
    }
    return found.group(1) == null ? found.group(2) : found.group(1);
  }

  private Form multipart(String boundary) throws IOException {
    HttpRequest described = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
    described.headers().set(HttpHeaderNames.CONTENT_TYPE, MULTIPART + "; boundary=" + boundary);
    FormParts parts = new FormParts(files);
    var decoder =
        new HttpPostMultipartRequestDecoder(
            parts, described, StandardCharsets.UTF_8, FIELDS, PART_HEAD_BYTES);
    decoder.setDiscardThreshold(PIECE);
    boolean whole = false;
    try {
      feed(decoder);
      Form read = parts.form();
      whole = true;
      return read;
    } finally {
      decoder.destroy();
      if (!whole) {
        files.close();
      }
    }
  }

  /// In large pieces, however small they arrive, for the decoder looks at what it did not
  /// understand again with each. A CR that ends a piece waits for its LF: the decoder would take it
  /// for part of the file.
  private void feed(HttpPostMultipartRequestDecoder decoder) throws IOException {
    byte[] piece = new byte[PIECE];
    int kept = 0;
    int length;
    do {
      length = kept + body.readNBytes(piece, kept, PIECE - kept);
      kept = length == PIECE && piece[PIECE - 1] == '\r' ? 1 : 0;
      int offered = length - kept;
      offer(decoder, new DefaultHttpContent(HEAP.buffer(offered).writeBytes(piece, 0, offered)));
      piece[0] = '\r'; // if one was kept
    } while (length == PIECE);
    offer(decoder, LastHttpContent.EMPTY_LAST_CONTENT);
    if (!isWhole(decoder)) {
      throw new HttpException(400, "the form is malformed: it has no last boundary");
    }
  }

  private static void offer(HttpPostMultipartRequestDecoder decoder, HttpContent part)
      throws IOException {
    try {
      decoder.offer(part);
    } catch (TooManyFormFieldsException _) {
      throw tooMany();
    } catch (HttpException e) {
      throw e;
    } catch (RuntimeException e) { // it indexes arrays, parses numbers, looks up charsets …
      if (e.getCause() instanceof IOException disk) {
        throw disk;
      }
      throw malformed(e);
    }
  }

  private static boolean isWhole(HttpPostMultipartRequestDecoder decoder) {
    try {
      while (decoder.hasNext()) {
        decoder.next();
      }
      return false;
    } catch (EndOfDataDecoderException _) {
      return true;
    }
  }

  // Limits

  /// One field's length, and that of all.
  static void check(long bytes, long all) {
    if (bytes > FIELD_BYTES) {
      throw new HttpException(413, "a form field is longer than " + FIELD_BYTES + " bytes");
    }
    if (all > ALL_FIELDS_BYTES) {
      throw new HttpException(
          413, "the form's fields are longer than " + ALL_FIELDS_BYTES + " bytes");
    }
  }

  private static HttpException tooMany() {
    return new HttpException(413, "the form has more than " + FIELDS + " fields");
  }

  private static HttpException malformed(RuntimeException cause) {
    String why =
        cause instanceof HttpPostRequestDecoder.TooLongFormFieldException
            ? "a part has no boundary, or its head is too long"
            : String.valueOf(cause.getMessage());
    HttpException refused = new HttpException(400, "the form is malformed: " + why);
    refused.initCause(cause);
    return refused;
  }

  /// The request is over.
  @Override
  public void close() {
    files.close();
  }
}
