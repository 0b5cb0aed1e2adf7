package dev.hangup.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hangup.Observability;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a client asks. Made by the server; its body can be read once, by one thread at a time, the
/// rest by any.
public final class Request {
  private final HttpRequest head;
  private final RequestTarget target;
  private final Wire wire;
  private final RequestBody body;
  private final FormReader form;
  private final Map<String, String> pathParameters;
  private final int restFrom;

  Request(HttpRequest head, RequestTarget target, Wire wire, RequestBody body) {
    this(head, target, wire, body, new FormReader(head, body), Map.of(), 0);
  }

  private Request(
      HttpRequest head,
      RequestTarget target,
      Wire wire,
      RequestBody body,
      FormReader form,
      Map<String, String> pathParameters,
      int restFrom) {
    this.head = head;
    this.target = target;
    this.wire = wire;
    this.body = body;
    this.form = form;
    this.pathParameters = pathParameters;
    this.restFrom = restFrom;
  }

  /// The method, in upper case as it was sent.
  ///
  /// @return for instance `GET`
  public String method() {
    return head.method().name();
  }

  /// The request target as it was sent.
  ///
  /// @return for instance `/work?steps=3`
  public String target() {
    return head.uri();
  }

  /// The path, percent-decoded.
  ///
  /// @return for instance `/work`
  public String path() {
    return target.path();
  }

  RequestTarget parsedTarget() {
    return target;
  }

  /// The protocol.
  ///
  /// @return `HTTP/1.0`, `HTTP/1.1` or `HTTP/2.0`
  public String protocol() {
    return wire.protocol(head);
  }

  /// The other end of the connection: a client, or the proxy before it.
  ///
  /// @return its address
  public InetSocketAddress peer() {
    return wire.peer();
  }

  /// Whether it came over TLS. Behind a proxy that ends the TLS of its clients it did not.
  ///
  /// @return true if nobody between the peer and the server could read it
  public boolean isSecure() {
    return wire.isSecure();
  }

  /// How well the client would be seen to hang up now: it may change while the request runs. On
  /// HTTP/1.1 it is `WRITE_ONLY` while the client sends more than the server reads ahead, after a
  /// half-close, and under [HalfClose#IGNORE].
  ///
  /// @return [Observability#FULL] in most cases
  public Observability observability() {
    return wire.observability();
  }

  /// A query parameter's first value, decoded.
  ///
  /// @param name the parameter
  /// @return empty if there is none
  public Optional<String> query(String name) {
    List<String> values = target.query().get(Objects.requireNonNull(name, "name"));
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  /// All query parameters, decoded, in the order in which they came.
  ///
  /// @return the values by name; unmodifiable
  public Map<String, List<String>> query() {
    return target.query();
  }

  /// A query parameter that is a whole number.
  ///
  /// @param name the parameter
  /// @param absent the value where it is absent
  /// @param least the smallest value allowed
  /// @param most the largest value allowed
  /// @return its value
  /// @throws HttpException with status 400 if it is no such number: names the parameter, its value
  ///   and the range
  public int query(String name, int absent, int least, int most) {
    Optional<String> text = query(name);
    if (text.isEmpty()) {
      return absent;
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw outOfRange(name, text.get(), least, most, e);
    }
    throw outOfRange(name, text.get(), least, most, null);
  }

  private static HttpException outOfRange(
      String name, String text, int least, int most, @Nullable Throwable cause) {
    HttpException refused =
        new HttpException(
            400, name + ": " + text + " (expected: a whole number, " + least + "-" + most + ")");
    if (cause != null) {
      refused.initCause(cause);
    }
    return refused;
  }

  /// What a route's `{name}` stands for in this request, decoded.
  ///
  /// @param name as the route says
  /// @return its value
  /// @throws IllegalArgumentException if the route has no such parameter
  public String pathParameter(String name) {
    String value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "path parameter: " + name + " (expected: one of " + pathParameters.keySet() + ")");
    }
    return value;
  }

  /// A header field's first value.
  ///
  /// @param name in any case
  /// @return empty if there is none
  public Optional<String> header(String name) {
    return Optional.ofNullable(head.headers().get(name));
  }

  /// All values of a header field, in order.
  ///
  /// @param name in any case
  /// @return empty if there is none
  public List<String> headers(String name) {
    return List.copyOf(head.headers().getAll(name));
  }

  /// The id of the last server-sent event that the client has, where it comes again: HTML §9.2.3.
  ///
  /// @return empty if it has none
  public Optional<String> lastEventId() {
    return header("Last-Event-ID")
        .filter(id -> !id.isEmpty())
        .map(id -> new String(id.getBytes(ISO_8859_1), UTF_8));
  }

  /// The body, as it comes in.
  ///
  /// A read blocks until the client has sent more, and throws [dev.hangup.CancelledException] once
  /// it has left, also where bytes are left. A body that is malformed ends in an [HttpException]
  /// with status 400, one that is too long in one with 413, and the work is cancelled: nobody wants
  /// an answer to half a request. So a body that was cut short never looks complete.
  ///
  /// @return always the same stream; need not be closed
  public InputStream body() {
    return body;
  }

  /// The whole body.
  ///
  /// @return its bytes
  /// @throws IOException as [#body()] says
  public byte[] bodyBytes() throws IOException {
    return body.readAllBytes();
  }

  /// The body as a form: `application/x-www-form-urlencoded` or `multipart/form-data`, in UTF-8
  /// where it names no other charset.
  ///
  /// Blocks until all of it is there. A client that leaves before fails it with
  /// [dev.hangup.CancelledException]; a form that was cut short never looks complete. Fields are
  /// kept in memory: at most 1,000 fields and files, 64 KiB a field, 2 MiB all fields together.
  /// Files of more than 16 KiB go to temporary files, which are deleted when the handler has
  /// returned, however it ends; the limit for all is [ServerOptions#withMaxBodyBytes(long)]. To
  /// handle a large upload while it comes in, read [#body()] instead.
  ///
  /// @return always the same
  /// @throws HttpException with status 415 if it is another kind of body: names it and what was
  ///   expected; 400 if it is malformed; 413 if there is too much of something
  /// @throws IllegalStateException if the body was read otherwise
  /// @throws IOException as [#body()] says, or if a temporary file cannot be written
  public Form form() throws IOException {
    return form.form();
  }

  /// The handler has returned.
  void end() {
    form.close();
  }

  Request withPathParameters(Map<String, String> parameters, int restFrom) {
    return new Request(head, target, wire, body, form, parameters, restFrom);
  }

  /// For who passes them on; none before the body has been read to its end.
  HttpHeaders trailers() {
    return body.trailers();
  }

  HttpRequest head() {
    return head;
  }

  /// Whether its framing announces a body, be it empty.
  boolean hasBody() {
    return !body.isAbsent();
  }

  /// At which segment of the path the route's rest begins; 0 where it has none.
  int restFrom() {
    return restFrom;
  }

  /// The request line, for people.
  @Override
  public String toString() {
    return method() + " " + target() + " " + protocol();
  }
}
