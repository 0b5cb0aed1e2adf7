package dev.hangup.spring;

import dev.hangup.testkit.CancellationContract;
import dev.hangup.testkit.Visit;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// The contract, kept by a controller whose methods are all to be stopped.
abstract class MvcContract extends CancellationContract {
  private static volatile Map<String, Endpoint> endpoints = Map.of();
  private final Application.Engine engine;

  MvcContract(Application.Engine engine) {
    this.engine = engine;
  }

  @Override
  protected Running start(Map<String, Endpoint> endpoints) {
    MvcContract.endpoints = endpoints;
    Application application =
        Application.start(
            engine,
            List.of(Controller.class),
            "server.tomcat.max-keep-alive-requests=-1",
            "logging.level.root=warn");
    return new Running(application.address(), application);
  }

  @RestController
  @Cancellable
  static class Controller {
    @RequestMapping("/**")
    void handle(HttpServletRequest request, HttpServletResponse response) throws Exception {
      Endpoint endpoint = endpoints.get(request.getRequestURI());
      endpoint.handle(new Visit(request.getInputStream(), () -> streamed(response)));
    }

    private static OutputStream streamed(HttpServletResponse response) throws IOException {
      response.flushBuffer();
      return response.getOutputStream();
    }
  }
}
