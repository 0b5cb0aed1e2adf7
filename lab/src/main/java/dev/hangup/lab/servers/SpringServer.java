package dev.hangup.lab.servers;

import java.util.Map;
import java.util.Objects;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Import;

/// Spring MVC on Boot's Tomcat, as it is by default, with HTTP/2 on. Without us, our starter is
/// there and switched off.
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(SpringController.class)
class SpringServer {
  static void serve(boolean filtered) {
    System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
    SpringApplication application = new SpringApplication(SpringServer.class);
    application.setBannerMode(Banner.Mode.OFF);
    application.setDefaultProperties(
        Map.of(
            "server.address",
            Listening.host(),
            "server.port",
            0,
            "server.http2.enabled",
            true,
            "hangup.enabled",
            filtered,
            "hangup.policies.POST",
            "INTERRUPT")); // an unread body needs a POST
    var context = (ServletWebServerApplicationContext) application.run();
    Listening.version(SpringApplication.class);
    Listening.cleartext(Objects.requireNonNull(context.getWebServer()).getPort());
  }
}
