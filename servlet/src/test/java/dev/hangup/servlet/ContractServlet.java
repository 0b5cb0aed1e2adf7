package dev.hangup.servlet;

import dev.hangup.testkit.CancellationContract.Endpoint;
import dev.hangup.testkit.Visit;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.Map;
import java.util.Objects;

/// Serves the contract's endpoints.
final class ContractServlet extends HttpServlet {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Map<String, Endpoint> endpoints;

  ContractServlet(Map<String, Endpoint> endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    Visit visit = new Visit(request.getInputStream(), () -> stream(response));
    try {
      Objects.requireNonNull(endpoints.get(request.getRequestURI())).handle(visit);
    } catch (IOException | ServletException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ServletException(e);
    }
  }

  private static java.io.OutputStream stream(HttpServletResponse response) throws IOException {
    response.setContentType("text/plain");
    return response.getOutputStream();
  }
}
