package dev.hangup.servlet;

import dev.hangup.CancelPolicy;
import dev.hangup.HangUpProbe;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.Serial;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What `hangup doctor` asks, to find out what hides hang-ups between its own place and this
/// container: put it behind the [HangUpFilter], at `/hangup/probe`, say.
///
/// {@snippet class="dev.hangup.servlet.ProbeServletTest" region="probe"}
///
/// Only who has the token is answered anything but 401. See [HangUpProbe] for what is asked, and
/// its bounds. Without the filter nobody tells it of a hang-up; the doctor says so.
///
/// **Thread safety**: one object serves all requests.
public final class ProbeServlet extends HttpServlet {
  @Serial private static final long serialVersionUID = 1L;

  private final transient HangUpProbe probe;

  private ProbeServlet(HangUpProbe probe) {
    this.probe = probe;
  }

  /// A probe for whoever has the token.
  ///
  /// @param token 16 characters or more, from a source of randomness
  /// @return to be registered
  /// @throws IllegalArgumentException if it is shorter
  public static ProbeServlet withToken(String token) {
    return new ProbeServlet(HangUpProbe.withToken(token));
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answer(request, response);
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answer(request, response);
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Optional<ServletWork> work = ServletWork.of(request);
    work.ifPresent(found -> found.changePolicy(CancelPolicy.INTERRUPT)); // of a POST, too
    try {
      probe.answer(
          new HangUpProbe.Call(
              request.getProtocol(),
              work.map(ServletWork::observability),
              name -> query(request, name),
              name -> Optional.ofNullable(request.getHeader(name)),
              request.getInputStream(),
              (status, contentType, fields) -> begin(response, status, contentType, fields)));
    } catch (InterruptedException e) {
      work.ifPresent(found -> found.cancellation().check());
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted, and nobody has hung up");
    }
  }

  /// Not by the container, which would read a form's body.
  private static Optional<String> query(HttpServletRequest request, String name) {
    return Optional.ofNullable(request.getQueryString()).stream()
        .flatMap(query -> Stream.of(query.split("&", -1)))
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> pair.substring(name.length() + 1))
        .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8))
        .findFirst();
  }

  private static OutputStream begin(
      HttpServletResponse response, int status, String contentType, Map<String, String> fields)
      throws IOException {
    response.setStatus(status);
    response.setContentType(contentType);
    fields.forEach(response::setHeader);
    return response.getOutputStream();
  }
}
