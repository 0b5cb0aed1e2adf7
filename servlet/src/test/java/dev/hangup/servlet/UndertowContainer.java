package dev.hangup.servlet;

import dev.hangup.testkit.CancellationContract.Running;
import dev.hangup.testkit.Protocol;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.accesslog.AccessLogHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Undertow 2.3.
///
/// @param setup what the test wants besides
record UndertowContainer(Setup setup) implements Container {
  private static final String FILLS =
      "its stream waits for more than was asked for: the handler never gets its half of the body";
  static final Map<String, String> DIFFERENCES =
      Map.of(
          "reading_body, close", FILLS,
          "reading_body, reset", FILLS,
          "reading_body, stream reset", FILLS);

  UndertowContainer() {
    this(Setup.PLAIN);
  }

  @Override
  public Running start(Servlet servlet, HangUpFilter filter, Protocol protocol) throws Exception {
    DeploymentManager manager = Servlets.newContainer().addDeployment(deployment(servlet, filter));
    manager.deploy();
    Undertow.Builder builder =
        Undertow.builder()
            .setServerOption(UndertowOptions.ENABLE_HTTP2, protocol.isHttp2())
            .setHandler(around(manager.start()));
    if (protocol.isTls()) {
      builder.addHttpsListener(0, "127.0.0.1", tls());
    } else {
      builder.addHttpListener(0, "127.0.0.1");
    }
    Undertow server = builder.build();
    server.start();
    return new Running(
        (InetSocketAddress) server.getListenerInfo().getFirst().getAddress(),
        () -> {
          server.stop();
          manager.stop();
          manager.undeploy();
        });
  }

  private HttpHandler around(HttpHandler servlets) {
    return new AccessLogHandler(
        setup.isForwarded() ? Handlers.proxyPeerAddress(servlets) : servlets,
        setup.accessLog()::accept,
        Setup.ACCESS_LOG,
        UndertowContainer.class.getClassLoader());
  }

  private DeploymentInfo deployment(Servlet servlet, HangUpFilter filter) {
    DeploymentInfo deployment =
        Servlets.deployment()
            .setClassLoader(UndertowContainer.class.getClassLoader())
            .setContextPath("/")
            .setDeploymentName("test")
            .addServlet(
                Servlets.servlet("servlet", Servlet.class, new ImmediateInstanceFactory<>(servlet))
                    .addMapping("/*")
                    .setAsyncSupported(true))
            .addFilter(
                Servlets.filter(
                        "hangup", HangUpFilter.class, new ImmediateInstanceFactory<>(filter))
                    .setAsyncSupported(true));
    if (setup.isVirtual()) {
      deployment.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    }
    for (DispatcherType dispatcher : DispatcherType.values()) {
      deployment.addFilterUrlMapping("hangup", "/*", dispatcher);
    }
    return deployment;
  }

  private static SSLContext tls() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(TestKeyStore.path())) {
      store.load(in, TestKeyStore.PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, TestKeyStore.PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
