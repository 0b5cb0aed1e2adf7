package dev.hangup.server;

import dev.hangup.CancelledException;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// JSON bodies, by whatever library the application has.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="json"}
///
/// With Jackson it is `Json.of(mapper::readValue, mapper::writeValueAsBytes)`.
///
/// **Cancellation**: reading a body and sending one throw [CancelledException] once the client has
/// hung up. **Thread safety**: as the library's; a mapper is usually made once for all.
///
/// **Errors**: where the body's media type is not `application/json` or `application/…+json` in
/// UTF-8, 415; where the library throws, 400 with the line and column, or the byte, if its message
/// names them, and nothing else of what it says: that speaks of classes. What cannot be written is
/// the handler's failure.
public final class Json {
  private static final Pattern TYPE =
      Pattern.compile("application/([a-z0-9!#$&^_.-]+\\+)?json", Pattern.CASE_INSENSITIVE);
  private static final Pattern PLACE =
      Pattern.compile(
          "line(?:Number)?[:=\\s]+(\\d+)[,\\s]+column(?:Number)?[:=\\s]+(\\d+)"
              + "|byte offset[:=#\\s]+(\\d+)",
          Pattern.CASE_INSENSITIVE);

  private final Parser parser;
  private final Writer writer;

  private Json(Parser parser, Writer writer) {
    this.parser = parser;
    this.writer = writer;
  }

  /// Makes a value of JSON.
  @FunctionalInterface
  public interface Parser {
    /// Parses.
    ///
    /// @param <T> what is wanted
    /// @param json in UTF-8
    /// @param type what is wanted
    /// @return null for `null`
    /// @throws IOException or any other exception if it is malformed, or of another shape
    <T> @Nullable T parse(byte[] json, Class<T> type) throws IOException;
  }

  /// Makes JSON of a value.
  @FunctionalInterface
  public interface Writer {
    /// Writes.
    ///
    /// @param value what to write
    /// @return in UTF-8
    /// @throws IOException if it cannot be written
    byte[] write(Object value) throws IOException;
  }

  /// Takes a library's two methods.
  ///
  /// @param parser makes a value of JSON
  /// @param writer makes JSON of a value
  /// @return to be used by all handlers
  public static Json of(Parser parser, Writer writer) {
    return new Json(
        Objects.requireNonNull(parser, "parser"), Objects.requireNonNull(writer, "writer"));
  }

  /// A request's body.
  ///
  /// @param <T> what is wanted
  /// @param request whose body was not read yet
  /// @param type what is wanted
  /// @return never null: `null` is answered 400
  /// @throws IOException as [Request#body()] says
  /// @throws HttpException with status 415 or 400, see the class
  public <T> T read(Request request, Class<T> type) throws IOException {
    requireJson(request.header("Content-Type").orElse("none"));
    byte[] body = request.bodyBytes();
    Exception cause = null;
    String where = "null";
    try {
      T value = parser.parse(body, type);
      if (value != null) {
        return value;
      }
    } catch (CancelledException | HttpException passed) {
      throw passed;
    } catch (IOException | RuntimeException malformed) {
      cause = malformed;
      where = place(malformed);
    }
    HttpException answer =
        new HttpException(400, "body: " + where + " (expected: JSON as this resource takes it)");
    answer.initCause(cause);
    throw answer;
  }

  private static void requireJson(String contentType) {
    String[] parts = contentType.split(";", -1);
    boolean json = TYPE.matcher(parts[0].strip()).matches();
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().toLowerCase(Locale.ROOT).replace("\"", "");
      json &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
    }
    if (!json) {
      throw new HttpException(
          415, "Content-Type: " + contentType + " (expected: application/json)");
    }
  }

  private static String place(Exception malformed) {
    Matcher place = PLACE.matcher(String.valueOf(malformed.getMessage()));
    if (!place.find()) {
      return "malformed";
    }
    return place.group(3) == null
        ? "line " + place.group(1) + ", column " + place.group(2)
        : "byte " + place.group(3);
  }

  /// Sends a value as the whole body.
  ///
  /// @param response with status and header fields set
  /// @param value what to send
  /// @throws IOException if it cannot be written; nothing was sent then
  public void write(Response response, Object value) throws IOException {
    response.bytes("application/json", writer.write(value));
  }
}
