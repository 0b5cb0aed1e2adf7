package dev.hangup.spring;

/// Spring MVC on Jetty.
class JettyContractTest extends MvcContract {
  JettyContractTest() {
    super(Application.Engine.JETTY);
  }
}
