package dev.hangup.servlet;

/// The containers, for tests that run over each.
enum Engine {
  TOMCAT,
  JETTY,
  UNDERTOW;

  Container container(Setup setup) {
    return switch (this) {
      case TOMCAT -> new TomcatContainer(setup);
      case JETTY -> new JettyContainer(setup);
      case UNDERTOW -> new UndertowContainer(setup);
    };
  }
}
