package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver.Observed;
import dev.hangup.Straggler;
import dev.hangup.observe.LiveView;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The live page behind the Actuator's rules, under MVC and WebFlux.
class LivePageTest {
  private static final String EXPOSED = "management.endpoints.web.exposure.include=hanguplive";
  private static final String GRACEFUL = "server.shutdown=graceful";
  private static final String PATIENT = "spring.lifecycle.timeout-per-shutdown-phase=1h";
  private static final String PATH = "/actuator/hanguplive";
  private static final RequestEvent MUCH =
      new RequestEvent.Straggles(
          new Straggler(
              "handler",
              Duration.ofMillis(250),
              Collections.nCopies(64, new StackTraceElement("A".repeat(1_000), "b", "C", 1))));
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @RestController
  static class Slow {
    private final CountDownLatch arrived = new CountDownLatch(1);

    @GetMapping("/slow/{id}")
    Mono<String> slow(@PathVariable("id") int id) {
      arrived.countDown();
      return Sinks.<String>one().asMono();
    }
  }

  /// Does not wait as long as the real ones for a page that takes nothing.
  static class Impatient {
    @Bean
    LiveEndpoint.Streams streams(LivePages pages) {
      return new ReactiveLiveStreams(pages, () -> PATH, Duration.ofSeconds(2));
    }
  }

  @ParameterizedTest
  @EnumSource(Application.Engine.class)
  void pageShowsWhoHungUpAndNothingThatIsItsOwn(Application.Engine engine) throws Exception {
    try (Application application = Application.start(engine, List.of(Slow.class), EXPOSED)) {
      assertThat(body(application.port(), PATH)).contains("src=\"hanguplive/page.js\"");
      assertThat(body(application.port(), PATH + "/page.js")).contains("EventSource");
      assertThat(body(application.port(), PATH + "/page.css")).contains("color-scheme");
      assertThat(status(application.port(), PATH + "/other")).isEqualTo(404);
      try (BufferedReader feed = feed(application.port())) {
        assertThat(frame(feed)).contains("\"active\":0");
        RawClient client =
            RawClient.connect(application.address()).request("GET", "/slow/7?secret=1");
        application.context().getBean(Slow.class).arrived.await();
        client.leave(new Leaving.Reset());

        String told = frame(feed);
        while (!told.contains("\"toStopMs\"")) {
          assertThat(told).doesNotContain("secret");
          told = frame(feed);
        }
        assertThat(told).contains("\"route\":\"/slow/{id}\"", "\"reason\":\"client_");
        while (!told.contains("\"active\":0")) {
          told = frame(feed);
        }
      }
    }
  }

  @Test
  void whatIsNotExposedIsNotThere() throws Exception {
    assertIsNotThere(Application.start(Application.Engine.TOMCAT, List.of()));
    String refused = "management.endpoint.hanguplive.access=none";
    assertIsNotThere(
        Application.start(Application.Engine.REACTOR_NETTY, List.of(), EXPOSED, refused));
  }

  private static void assertIsNotThere(Application application) throws Exception {
    try (application) {
      assertThat(status(application.port(), PATH)).isEqualTo(404);
      assertThat(application.context().getBeansOfType(LiveView.class)).isEmpty();
    }
  }

  @Test
  void applicationWithNeitherMvcNorWebFluxStartsWithoutIt() {
    new WebApplicationContextRunner()
        .withClassLoader(
            new FilteredClassLoader(
                "org.springframework.web.servlet", "org.springframework.web.reactive"))
        .withConfiguration(
            AutoConfigurations.of(
                EndpointAutoConfiguration.class,
                WebEndpointAutoConfiguration.class,
                HangUpAutoConfiguration.class))
        .withPropertyValues(EXPOSED)
        .run(context -> {
          assertThat(context.getStartupFailure()).isNull();
          assertThat(context.getBeansOfType(LiveView.class)).isEmpty();
        });
  }

  @Test
  void pageIsWhereTheActuatorIs() throws Exception {
    String apart = "management.server.port=0";
    String path = "/actuator/our/live";
    String mapped = "management.endpoints.web.path-mapping.hanguplive=our/live";
    String both = "spring.main.allow-bean-definition-overriding=true"; // Tomcat's, and Jetty's
    try (Application application =
        Application.start(
            Application.Engine.TOMCAT,
            List.of(),
            EXPOSED,
            apart,
            mapped,
            both,
            GRACEFUL,
            PATIENT)) {
      int management =
          application
              .context()
              .getEnvironment()
              .getRequiredProperty("local.management.port", Integer.class);
      assertThat(status(application.port(), path)).isEqualTo(404);
      assertThat(body(management, path)).contains("src=\"live/page.js\"");
      try (BufferedReader feed = feed(management, path)) {
        assertThat(frame(feed)).contains("\"fresh\":true");
        application.context().close(); // waits for requests in flight
        while (feed.readLine() != null) {}
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TOMCAT", "REACTOR_NETTY"})
  void openPageEndsWhenTheApplicationStops(Application.Engine engine) throws Exception {
    Application application = Application.start(engine, List.of(), EXPOSED, GRACEFUL, PATIENT);
    GenericApplicationContext child = new GenericApplicationContext(application.context());
    child.refresh();
    child.close(); // ends none
    try (BufferedReader feed = feed(application.port())) {
      assertThat(frame(feed)).isNotNull();
      application.close(); // waits for requests in flight
      while (feed.readLine() != null) {}
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TOMCAT", "REACTOR_NETTY"})
  void moreThanSixteenPagesAreRefused(Application.Engine engine) throws Exception {
    try (Application application = Application.start(engine, List.of(), EXPOSED)) {
      LivePages pages = application.context().getBean(LivePages.class);
      RawClient[] clients = new RawClient[16];
      for (int i = 0; i < clients.length; i++) {
        clients[i] = RawClient.connect(application.address()).request("GET", PATH + "/feed");
      }
      Poll.until(pages::open, open -> open == 16);
      assertThat(status(application.port(), PATH + "/feed")).isEqualTo(503);
      for (RawClient client : clients) {
        client.leave(new Leaving.Reset());
      }
      Poll.until(pages::open, open -> open == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TOMCAT", "REACTOR_NETTY"})
  void pageThatReadsNothingIsDropped(Application.Engine engine) throws Exception {
    boolean reactive = engine == Application.Engine.REACTOR_NETTY;
    List<Class<?>> parts = reactive ? List.of(Impatient.class) : List.of();
    String timeout = "server.tomcat.connection-timeout=2s";
    try (Application application = Application.start(engine, parts, EXPOSED, timeout)) {
      LivePages pages = application.context().getBean(LivePages.class);
      LiveView view = application.context().getBean(LiveView.class);
      RawClient deaf = RawClient.connect(application.address()).request("GET", PATH + "/feed");
      Poll.until(pages::open, open -> open == 1);
      Observed busy = view.begins(RequestHead.of("GET", "/", "HTTP/1.1", "127.0.0.1"));
      Poll.until(
          () -> {
            for (int i = 0; i < 50; i++) {
              busy.happens(MUCH); // more than the sockets keep, soon
            }
            return pages.open();
          },
          open -> open == 0);
      deaf.leave(new Leaving.Reset());
    }
  }

  private static HttpRequest request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
  }

  private static String body(int port, String path) throws Exception {
    HttpResponse<String> answer =
        CLIENT.send(request(port, path), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  private static int status(int port, String path) throws Exception {
    return CLIENT.send(request(port, path), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static BufferedReader feed(int port) throws Exception {
    return feed(port, PATH);
  }

  private static BufferedReader feed(int port, String path) throws Exception {
    HttpResponse<java.io.InputStream> answer =
        CLIENT.send(request(port, path + "/feed"), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  private static String frame(BufferedReader feed) throws Exception {
    String line = feed.readLine();
    while (line != null && !line.startsWith("data:")) {
      line = feed.readLine();
    }
    assertThat(line).as("the next frame").isNotNull();
    return line;
  }
}
