package dev.hangup.spring;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/// A Spring Boot application on a free loopback port, made of what a test gives it.
record Application(ConfigurableApplicationContext context) implements AutoCloseable {

  /// What serves it: all of them are on the class path.
  enum Engine {
    TOMCAT(WebApplicationType.SERVLET, Tomcat.class),
    JETTY(WebApplicationType.SERVLET, Jetty.class),
    REACTOR_NETTY(WebApplicationType.REACTIVE, ReactorNetty.class);

    private final WebApplicationType type;
    private final Class<?> configuration;

    Engine(WebApplicationType type, Class<?> configuration) {
      this.type = type;
      this.configuration = configuration;
    }
  }

  static Application start(Engine engine, List<Class<?>> parts, String... properties) {
    List<Class<?>> sources = new ArrayList<>(parts);
    sources.add(Bare.class);
    sources.add(engine.configuration);
    List<String> arguments = new ArrayList<>(List.of(properties));
    arguments.replaceAll(property -> "--" + property);
    arguments.addAll(List.of("--server.address=127.0.0.1", "--server.port=0"));
    arguments.add("--hangup.grace=10s"); // a slow machine makes no stragglers
    return new Application(
        new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
            .web(engine.type)
            .bannerMode(Banner.Mode.OFF)
            .run(arguments.toArray(String[]::new)));
  }

  int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
  }

  @Override
  public void close() {
    context.close();
  }

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Bare {}

  static class Tomcat {
    @Bean
    TomcatServletWebServerFactory factory() {
      return new TomcatServletWebServerFactory();
    }
  }

  static class Jetty {
    @Bean
    JettyServletWebServerFactory factory() {
      return new JettyServletWebServerFactory();
    }
  }

  static class ReactorNetty {
    @Bean
    NettyReactiveWebServerFactory factory() {
      return new NettyReactiveWebServerFactory();
    }
  }
}
