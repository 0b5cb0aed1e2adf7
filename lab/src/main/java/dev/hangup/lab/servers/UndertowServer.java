package dev.hangup.lab.servers;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.net.InetSocketAddress;

/// Undertow, as it is by default, with HTTP/2 on.
final class UndertowServer {
  private UndertowServer() {}

  static void serve(boolean filtered) throws Exception {
    DeploymentInfo deployment =
        Servlets.deployment()
            .setClassLoader(UndertowServer.class.getClassLoader())
            .setContextPath("/")
            .setDeploymentName("lab")
            .addServlet(
                Servlets.servlet(
                        "work", Servlet.class, new ImmediateInstanceFactory<>(new WorkServlet()))
                    .addMapping("/*"));
    if (filtered) {
      deployment
          .addFilter(
              Servlets.filter(
                      "hangup", Filter.class, new ImmediateInstanceFactory<>(WorkServlet.filter()))
                  .setAsyncSupported(true))
          .addFilterUrlMapping("hangup", "/*", DispatcherType.REQUEST);
    }
    DeploymentManager manager = Servlets.newContainer().addDeployment(deployment);
    manager.deploy();
    Undertow server =
        Undertow.builder()
            .addHttpListener(0, Listening.host())
            .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
            .setHandler(manager.start())
            .build();
    server.start();
    InetSocketAddress address =
        (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
    Listening.version(Undertow.class);
    Listening.cleartext(address.getPort());
  }
}
