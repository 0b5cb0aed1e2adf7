package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import dev.hangup.Cancellation;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Trail;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

/// The code in the javadoc and the guide, run.
class SnippetsTest {
  private final Trail trail = new Trail();

  @Test
  void filter() throws Exception {
    Server server = new Server();
    ServletContextHandler handler = new ServletContextHandler("/");
    handler.addServletContainerInitializer((_, context) -> register(context));
    server.setHandler(handler);
    server.start();
    assertThat(handler.getServletContext().getFilterRegistration("hangup")).isNotNull();
    server.stop();
  }

  private static void register(ServletContext context) {
    // @start region="filter"
    FilterRegistration.Dynamic filter =
        context.addFilter(
            "hangup",
            HangUpFilter.create(options ->
                options.withPolicy(request ->
                    request.getRequestURI().startsWith("/orders")
                        ? CancelPolicy.FINISH
                        : CancelPolicy.INTERRUPT)));
    filter.setAsyncSupported(true);
    filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
    // @end
  }

  @Test
  void async() throws Exception {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    try (Served served = Served.start(Engine.TOMCAT, (request, _) -> handle(request, executor));
        RawClient client = served.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
      trail.await("working");
      client.leave(new Leaving.Close());
      trail.await("interrupted");
    } finally {
      executor.shutdownNow();
    }
  }

  private void handle(HttpServletRequest request, ExecutorService executor) {
    // @start region="async"
    AsyncContext async = request.startAsync();
    Cancellation work = ServletWork.of(request).orElseThrow().cancellation();
    executor.execute(
        work.wrap(() -> {
          try {
            slowAnswer(async); // interrupted if the client leaves
          } finally {
            async.complete();
          }
        }));
    // @end
  }

  private void slowAnswer(AsyncContext async) {
    trail.add("working");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      trail.add("interrupted");
    }
    assertThat(async).isNotNull();
  }
}
