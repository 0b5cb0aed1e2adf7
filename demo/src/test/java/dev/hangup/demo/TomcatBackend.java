package dev.hangup.demo;

import dev.hangup.servlet.HangUpFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/// A real Tomcat with our filter, whose only servlet asks a database something that takes long.
final class TomcatBackend implements AutoCloseable {
  /// It tells of its begin and its end. Held, or it would be forgotten.
  private static final Logger APACHE = Logger.getLogger("org.apache");

  private final Tomcat tomcat;
  private final Connector connector;

  private TomcatBackend(Tomcat tomcat, Connector connector) {
    this.tomcat = tomcat;
    this.connector = connector;
  }

  static TomcatBackend start(Path folder, DataSource database, String query)
      throws LifecycleException {
    APACHE.setLevel(Level.WARNING);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder.toString());
    Connector connector = new Connector("HTTP/1.1");
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "slow", new SlowServlet(database, query)).addMapping("/*");
    addFilter(context);
    tomcat.start();
    return new TomcatBackend(tomcat, connector);
  }

  private static void addFilter(Context context) {
    FilterDef definition = new FilterDef();
    definition.setFilterName("hangup");
    definition.setFilter(new HangUpFilter());
    definition.setAsyncSupported("true");
    context.addFilterDef(definition);
    FilterMap map = new FilterMap();
    map.setFilterName("hangup");
    map.addURLPattern("/*");
    map.setDispatcher(DispatcherType.REQUEST.name());
    context.addFilterMap(map);
  }

  String url() {
    return "http://127.0.0.1:" + connector.getLocalPort() + "/";
  }

  @Override
  public void close() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }

  /// As anybody would write it.
  private static final class SlowServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;

    private final transient DataSource database;
    private final String query;

    SlowServlet(DataSource database, String query) {
      this.database = database;
      this.query = query;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(query);
        response.getWriter().print("done");
      } catch (SQLException failure) {
        throw new ServletException(failure);
      }
    }
  }
}
