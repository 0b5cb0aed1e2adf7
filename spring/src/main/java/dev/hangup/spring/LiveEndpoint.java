package dev.hangup.spring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hangup.observe.LiveFile;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.MimeType;

/// `/actuator/hanguplive`: the live page, for whom the Actuator's rules let in.
@WebEndpoint(id = LiveEndpoint.ID, defaultAccess = Access.READ_ONLY)
final class LiveEndpoint {
  static final String ID = "hanguplive";

  private final Streams streams;
  private final Supplier<String> path;

  /// @param path where the Actuator serves it
  LiveEndpoint(Streams streams, Supplier<String> path) {
    this.streams = streams;
    this.path = path;
  }

  /// How the application's kind of server answers with a stream of events.
  interface Streams {
    /// The request is one of the page's own.
    void hide();

    /// What the endpoint returns for a stream of the page's frames.
    Object open();
  }

  @ReadOperation(produces = "text/html")
  WebEndpointResponse<byte[]> page() {
    streams.hide();
    String mapped = path.get();
    return answer(LiveFile.page(mapped.substring(mapped.lastIndexOf('/') + 1)));
  }

  /// What the page asks for below its own address; null, which is answered 404, where there is no
  /// such thing.
  @ReadOperation(produces = {"text/javascript", "text/css", "text/event-stream"})
  @Nullable Object file(@Selector String file) {
    streams.hide();
    return file.equals("feed")
        ? streams.open()
        : LiveFile.beside(file).map(LiveEndpoint::answer).orElse(null);
  }

  private static WebEndpointResponse<byte[]> answer(LiveFile file) {
    return new WebEndpointResponse<>(
        file.text().getBytes(UTF_8), 200, MimeType.valueOf(file.contentType()));
  }
}
