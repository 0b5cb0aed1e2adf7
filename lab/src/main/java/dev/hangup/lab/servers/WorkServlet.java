package dev.hangup.lab.servers;

import dev.hangup.CancelPolicy;
import dev.hangup.servlet.HangUpFilter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;

/// A servlet that works on its request's thread.
final class WorkServlet extends HttpServlet {
  @Serial private static final long serialVersionUID = 1L;

  /// Our filter, which stops whatever the method is: an unread body needs a POST.
  static HangUpFilter filter() {
    return HangUpFilter.create(o -> o.withPolicy(_ -> CancelPolicy.INTERRUPT));
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    Work work = Work.begin(request.getRequestURI(), request.getRemotePort());
    try {
      Blocking.run(
          work,
          length -> {
            response.setContentType("text/plain");
            if (length >= 0) {
              response.setContentLength(length);
            }
            return response.getOutputStream();
          });
    } catch (InterruptedException e) {
      throw new ServletException(e);
    }
  }
}
