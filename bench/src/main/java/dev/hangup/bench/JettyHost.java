package dev.hangup.bench;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.nio.file.Path;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/// Jetty 12.1 with the servlets of Jakarta EE 11, as it is by default.
final class JettyHost {
  private JettyHost() {}

  static ServletHost.Ports serve(Servlet servlet, @Nullable Filter filter, Path keyStore)
      throws Exception {
    Server server = new Server();
    ServerConnector plain = new ServerConnector(server, new HttpConnectionFactory());
    ServerConnector tls = tls(server, keyStore);
    for (ServerConnector connector : new ServerConnector[] {plain, tls}) {
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
    }
    ServletContextHandler context = new ServletContextHandler("/");
    if (filter != null) {
      FilterHolder holder = new FilterHolder(filter);
      holder.setAsyncSupported(true);
      context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST));
    }
    context.addServlet(new ServletHolder(servlet), "/*");
    server.setHandler(context);
    server.start();
    return new ServletHost.Ports(plain.getLocalPort(), tls.getLocalPort());
  }

  private static ServerConnector tls(Server server, Path keyStore) {
    HttpConfiguration configuration = new HttpConfiguration();
    SecureRequestCustomizer customizer = new SecureRequestCustomizer();
    customizer.setSniHostCheck(false);
    configuration.addCustomizer(customizer);
    SslContextFactory.Server context = new SslContextFactory.Server();
    context.setKeyStorePath(keyStore.toUri().toString());
    context.setKeyStorePassword(ServletHost.PASSWORD);
    return new ServerConnector(server, context, new HttpConnectionFactory(configuration));
  }
}
