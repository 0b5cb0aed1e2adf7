package dev.hangup.servlet;

import dev.hangup.testkit.CancellationContract.Running;
import dev.hangup.testkit.Protocol;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.concurrent.Executors;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// Jetty 12.1, the servlets of Jakarta EE 11.
///
/// @param setup what the test wants besides
record JettyContainer(Setup setup) implements Container {
  JettyContainer() {
    this(Setup.PLAIN);
  }

  @Override
  public Running start(Servlet servlet, HangUpFilter filter, Protocol protocol) throws Exception {
    QueuedThreadPool threads = new QueuedThreadPool();
    if (setup.isVirtual()) {
      threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    }
    Server server = new Server(threads);
    server.setRequestLog(new CustomRequestLog(setup.accessLog()::accept, Setup.ACCESS_LOG));
    ServerConnector connector = connector(server, protocol);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    FilterHolder holder = new FilterHolder(filter);
    holder.setAsyncSupported(true);
    context.addFilter(holder, "/*", EnumSet.allOf(DispatcherType.class));
    ServletHolder servletHolder = new ServletHolder(servlet);
    servletHolder.setAsyncSupported(true);
    context.addServlet(servletHolder, "/*");
    server.setHandler(context);
    server.start();
    return new Running(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()),
        () -> {
          server.setStopTimeout(0);
          server.stop();
        });
  }

  private ServerConnector connector(Server server, Protocol protocol) throws IOException {
    HttpConfiguration configuration = new HttpConfiguration();
    if (setup.isForwarded()) {
      configuration.addCustomizer(new ForwardedRequestCustomizer());
    }
    HttpConnectionFactory http = new HttpConnectionFactory(configuration);
    if (protocol.isTls()) {
      SecureRequestCustomizer customizer = new SecureRequestCustomizer();
      customizer.setSniHostCheck(false);
      configuration.addCustomizer(customizer);
      SslContextFactory.Server tls = new SslContextFactory.Server();
      tls.setKeyStorePath(TestKeyStore.path().toUri().toString());
      tls.setKeyStorePassword(TestKeyStore.PASSWORD);
      if (!protocol.isHttp2()) {
        return new ServerConnector(server, tls, http);
      }
      var alpn = new ALPNServerConnectionFactory();
      alpn.setDefaultProtocol(http.getProtocol());
      var http2 = new HTTP2ServerConnectionFactory(configuration);
      return new ServerConnector(server, tls, alpn, http2, http);
    }
    return new ServerConnector(server, http, new HTTP2CServerConnectionFactory(configuration));
  }
}
