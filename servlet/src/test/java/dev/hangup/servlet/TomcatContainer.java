package dev.hangup.servlet;

import dev.hangup.testkit.CancellationContract.Running;
import dev.hangup.testkit.Protocol;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;
import java.io.CharArrayWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.AbstractAccessLogValve;
import org.apache.catalina.valves.RemoteIpValve;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/// Tomcat 11.
///
/// @param setup what the test wants besides
record TomcatContainer(Setup setup) implements Container {
  TomcatContainer() {
    this(Setup.PLAIN);
  }

  @Override
  public Running start(Servlet servlet, HangUpFilter filter, Protocol protocol) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
    Connector connector = connector(protocol);
    connector.setProperty("useVirtualThreads", Boolean.toString(setup.isVirtual()));
    tomcat.setConnector(connector);
    tomcat.getHost().getPipeline().addValve(accessLog());
    if (setup.isForwarded()) {
      tomcat.getHost().getPipeline().addValve(new RemoteIpValve());
    }
    StandardContext context = (StandardContext) tomcat.addContext("", null);
    context.setClearReferencesThreadLocals(false); // it cannot look for them, and warns
    context.setClearReferencesRmiTargets(false);
    Wrapper wrapper = Tomcat.addServlet(context, "servlet", servlet);
    wrapper.setAsyncSupported(true);
    wrapper.addMapping("/*");
    add(context, filter);
    tomcat.start();
    return new Running(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()),
        () -> {
          tomcat.stop();
          tomcat.destroy();
        });
  }

  private AbstractAccessLogValve accessLog() {
    AbstractAccessLogValve valve =
        new AbstractAccessLogValve() {
          @Override
          protected void log(CharArrayWriter message) {
            setup.accessLog().accept(message.toString());
          }
        };
    valve.setPattern(Setup.ACCESS_LOG);
    return valve;
  }

  private static Connector connector(Protocol protocol) throws IOException {
    Connector connector = new Connector("HTTP/1.1");
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxKeepAliveRequests", "-1");
    if (protocol.isHttp2()) {
      connector.addUpgradeProtocol(new Http2Protocol());
      // Else it loses the order of bytes about once in a thousand connections, with the filter or
      // without: SocketWrapperBase lets the next reader in before Http2AsyncParser has put back
      // what it has read beyond its frame.
      connector.setProperty("useAsyncIO", "false");
    }
    if (protocol.isTls()) {
      secure(connector);
    }
    return connector;
  }

  private static void secure(Connector connector) throws IOException {
    connector.setSecure(true);
    connector.setScheme("https");
    connector.setProperty("SSLEnabled", "true");
    SSLHostConfig host = new SSLHostConfig();
    SSLHostConfigCertificate certificate =
        new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
    certificate.setCertificateKeystoreFile(TestKeyStore.path().toString());
    certificate.setCertificateKeystorePassword(TestKeyStore.PASSWORD);
    host.addCertificate(certificate);
    connector.addSslHostConfig(host);
  }

  private static void add(Context context, HangUpFilter filter) {
    FilterDef definition = new FilterDef();
    definition.setFilterName("hangup");
    definition.setFilter(filter);
    definition.setAsyncSupported("true");
    context.addFilterDef(definition);
    FilterMap map = new FilterMap();
    map.setFilterName("hangup");
    map.addURLPattern("/*");
    for (DispatcherType dispatcher : DispatcherType.values()) {
      map.setDispatcher(dispatcher.name());
    }
    context.addFilterMap(map);
  }
}
