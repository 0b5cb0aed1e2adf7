package dev.hangup.bench;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.jspecify.annotations.Nullable;

/// Tomcat 11, as it is by default.
final class TomcatHost {
  private TomcatHost() {}

  static ServletHost.Ports serve(Servlet servlet, @Nullable Filter filter, Path keyStore)
      throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(String.valueOf(keyStore.getParent()));
    Connector plain = connector();
    Connector tls = connector();
    secure(tls, keyStore);
    tomcat.setConnector(plain);
    tomcat.getService().addConnector(tls);
    Context context = tomcat.addContext("", null);
    Wrapper wrapper = Tomcat.addServlet(context, "servlet", servlet);
    wrapper.addMapping("/*");
    if (filter != null) {
      FilterDef definition = new FilterDef();
      definition.setFilterName("hangup");
      definition.setFilter(filter);
      definition.setAsyncSupported("true");
      context.addFilterDef(definition);
      FilterMap map = new FilterMap();
      map.setFilterName("hangup");
      map.addURLPattern("/*");
      context.addFilterMap(map);
    }
    tomcat.start();
    return new ServletHost.Ports(plain.getLocalPort(), tls.getLocalPort());
  }

  private static Connector connector() {
    Connector connector = new Connector("HTTP/1.1");
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxKeepAliveRequests", "-1");
    return connector;
  }

  private static void secure(Connector connector, Path keyStore) {
    connector.setSecure(true);
    connector.setScheme("https");
    connector.setProperty("SSLEnabled", "true");
    SSLHostConfig host = new SSLHostConfig();
    SSLHostConfigCertificate certificate =
        new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
    certificate.setCertificateKeystoreFile(keyStore.toString());
    certificate.setCertificateKeystorePassword(ServletHost.PASSWORD);
    host.addCertificate(certificate);
    connector.addSslHostConfig(host);
  }
}
