/// The Spring Boot starter of Hangup: requests stop when their caller hangs up.
///
/// Spring's own jars are automatic modules; those that an application may lack are optional.
@org.jspecify.annotations.NullMarked
module dev.hangup.spring {
  requires transitive dev.hangup;
  requires spring.beans;
  requires spring.boot;
  requires spring.boot.autoconfigure;
  requires spring.context;
  requires spring.core;
  requires static dev.hangup.client.apache;
  requires static dev.hangup.client.jdk;
  requires static dev.hangup.jdbc;
  requires static dev.hangup.observe;
  requires static dev.hangup.servlet;
  requires static dev.hangup.watch;
  requires static io.netty.common;
  requires static io.netty.transport;
  requires static jakarta.servlet;
  requires static micrometer.core;
  requires static org.jspecify;
  requires static org.reactivestreams;
  requires static reactor.core;
  requires static reactor.netty.core;
  requires static reactor.netty.http;
  requires static spring.boot.actuator;
  requires static spring.boot.actuator.autoconfigure;
  requires static spring.boot.http.client;
  requires static spring.boot.webclient;
  requires static spring.web;
  requires static spring.webflux;
  requires static spring.webmvc;

  exports dev.hangup.spring;

  opens dev.hangup.spring; // Spring reads annotations and binds properties by reflection
}
