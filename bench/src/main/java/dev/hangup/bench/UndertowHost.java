package dev.hangup.bench;

import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Undertow, as it is by default.
final class UndertowHost {
  private UndertowHost() {}

  static ServletHost.Ports serve(Servlet servlet, @Nullable Filter filter, Path keyStore)
      throws Exception {
    DeploymentInfo deployment =
        Servlets.deployment()
            .setClassLoader(UndertowHost.class.getClassLoader())
            .setContextPath("/")
            .setDeploymentName("bench")
            .addServlet(
                Servlets.servlet("servlet", Servlet.class, new ImmediateInstanceFactory<>(servlet))
                    .addMapping("/*"));
    if (filter != null) {
      deployment
          .addFilter(
              Servlets.filter("hangup", Filter.class, new ImmediateInstanceFactory<>(filter))
                  .setAsyncSupported(true))
          .addFilterUrlMapping("hangup", "/*", DispatcherType.REQUEST);
    }
    DeploymentManager manager = Servlets.newContainer().addDeployment(deployment);
    manager.deploy();
    Undertow server =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .addHttpsListener(0, "127.0.0.1", tls(keyStore))
            .setHandler(manager.start())
            .build();
    server.start();
    return new ServletHost.Ports(port(server, 0), port(server, 1));
  }

  private static int port(Undertow server, int listener) {
    return ((InetSocketAddress) server.getListenerInfo().get(listener).getAddress()).getPort();
  }

  private static SSLContext tls(Path keyStore) throws Exception {
    char[] password = ServletHost.PASSWORD.toCharArray();
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(KeyStore.getInstance(keyStore.toFile(), password), password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
