package dev.hangup.servlet;

import dev.hangup.testkit.CancellationContract.Running;
import dev.hangup.testkit.Protocol;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/// Tomcat 11.
final class TomcatContainer implements Container {
  private static final String LOST =
      "of some hundred requests whose body comes right behind the connection's preface it never starts one";

  static final Map<String, String> OVER_HTTP2 =
      Stream.of("body_unread", "body_half_sent", "reading_body")
          .flatMap(phase -> Stream.of("close", "reset", "stream reset").map(l -> phase + ", " + l))
          .collect(Collectors.toMap(name -> name, _ -> LOST));

  @Override
  public Running start(Servlet servlet, HangUpFilter filter, Protocol protocol) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
    Connector connector = connector(protocol);
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
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

  private static Connector connector(Protocol protocol) throws IOException {
    Connector connector = new Connector("HTTP/1.1");
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxKeepAliveRequests", "-1");
    if (protocol.isHttp2()) {
      connector.addUpgradeProtocol(new Http2Protocol());
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
