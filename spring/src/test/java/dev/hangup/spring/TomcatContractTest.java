package dev.hangup.spring;

/// Spring MVC on Tomcat.
class TomcatContractTest extends MvcContract {
  TomcatContractTest() {
    super(Application.Engine.TOMCAT);
  }
}
