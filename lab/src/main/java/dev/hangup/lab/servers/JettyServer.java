package dev.hangup.lab.servers;

import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/// Jetty, as it is by default.
final class JettyServer {
  private JettyServer() {}

  static void serve(boolean filtered) throws Exception {
    Server server = new Server();
    HttpConfiguration configuration = new HttpConfiguration();
    ServerConnector connector =
        new ServerConnector(
            server,
            new HttpConnectionFactory(configuration),
            new HTTP2CServerConnectionFactory(configuration));
    connector.setHost(Listening.host());
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    if (filtered) {
      FilterHolder holder = new FilterHolder(WorkServlet.filter());
      holder.setAsyncSupported(true);
      context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST));
    }
    context.addServlet(new ServletHolder(new WorkServlet()), "/*");
    server.setHandler(context);
    server.start();
    Listening.version(Server.class);
    Listening.cleartext(connector.getLocalPort());
  }
}
