package dev.hangup.lab.servers;

import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/// Tomcat, as it is by default.
final class TomcatServer {
  private TomcatServer() {}

  static void serve(boolean filtered) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("lab-tomcat").toString());
    Connector connector = new Connector("HTTP/1.1");
    connector.setPort(0);
    connector.setProperty("address", Listening.host());
    connector.addUpgradeProtocol(new Http2Protocol());
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "work", new WorkServlet()).addMapping("/*");
    if (filtered) {
      FilterDef definition = new FilterDef();
      definition.setFilterName("hangup");
      definition.setFilter(WorkServlet.filter());
      definition.setAsyncSupported("true");
      context.addFilterDef(definition);
      FilterMap map = new FilterMap();
      map.setFilterName("hangup");
      map.addURLPattern("/*");
      context.addFilterMap(map);
    }
    tomcat.start();
    Listening.version(Tomcat.class);
    Listening.cleartext(connector.getLocalPort());
  }
}
