package dev.hangup.server;

import dev.hangup.HangUpProbe;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/// What `hangup doctor` asks, to find out what hides hang-ups between its own place and this
/// server: a route that waits, and remembers what it was told.
///
/// {@snippet class="dev.hangup.server.ProbeTest" region="probe"}
///
/// Only who has the token is answered anything but 401. See [HangUpProbe] for what is asked, and
/// its bounds.
///
/// **Thread safety**: one object serves all requests.
public final class Probe implements Handler {
  /// Where the doctor looks unless it is told.
  public static final String PATH = "/hangup/probe";

  private final HangUpProbe probe;

  private Probe(HangUpProbe probe) {
    this.probe = probe;
  }

  /// A probe for whoever has the token.
  ///
  /// @param token 16 characters or more, from a source of randomness
  /// @return to be added to a router
  /// @throws IllegalArgumentException if it is shorter
  public static Probe withToken(String token) {
    return new Probe(HangUpProbe.withToken(token));
  }

  /// Adds its routes at [#PATH].
  ///
  /// @param router has the application's routes
  /// @return a copy with those of the probe
  /// @throws IllegalArgumentException if the path is taken
  public Router addTo(Router router) {
    return router.get(PATH, this).post(PATH, this);
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    probe.answer(
        new HangUpProbe.Call(
            request.protocol(),
            Optional.of(request.observability()),
            request::query,
            request::header,
            request.body(),
            (status, contentType, fields) -> begin(response, status, contentType, fields)));
  }

  private static OutputStream begin(
      Response response, int status, String contentType, Map<String, String> fields) {
    fields.forEach(response.status(status)::header);
    return new BufferedOutputStream(response.stream(contentType));
  }
}
