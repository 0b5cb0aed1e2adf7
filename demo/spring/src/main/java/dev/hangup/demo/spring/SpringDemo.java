package dev.hangup.demo.spring;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// Spring MVC on Tomcat as people write it: nothing in it knows of Hangup, whose starter is on the
/// class path.
@SpringBootApplication
class SpringDemo {
  private static final String USAGE =
      """
      Usage: ./hangup demo spring [--port PORT] [--jdbc-url URL] [--NAME=VALUE...]

        --port PORT     where to listen on 127.0.0.1; 0 for any free port (default: 8081)
        --jdbc-url URL  the database of /sql, for instance jdbc:postgresql://localhost/test?user=me;
                        its table hangup_demo is made anew (default: an H2 in memory)
        --NAME=VALUE    a property of Spring Boot, for instance --hangup.enabled=false
      """;

  private static final String DATABASE = "--spring.datasource.url=";

  public static void main(String[] arguments) {
    if (List.of(arguments).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    try {
      SpringApplication.run(SpringDemo.class, properties(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("hangup: " + e.getMessage());
      System.exit(2);
    }
  }

  /// `--port 8081` and `--port=8081` in Spring Boot's words.
  static String[] properties(String... arguments) {
    List<String> properties = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.equals("--port")) {
        i++;
        properties.add("--server.port=" + port(i < arguments.length ? arguments[i] : "nothing"));
      } else if (argument.startsWith("--port=")) {
        properties.add("--server.port=" + port(argument.substring("--port=".length())));
      } else if (argument.equals("--jdbc-url")) {
        i++;
        properties.add(DATABASE + jdbcUrl(i < arguments.length ? arguments[i] : "nothing"));
      } else if (argument.startsWith("--jdbc-url=")) {
        properties.add(DATABASE + jdbcUrl(argument.substring("--jdbc-url=".length())));
      } else if (argument.startsWith("--") && argument.contains("=")) {
        properties.add(argument);
      } else {
        throw new IllegalArgumentException(
            argument
                + ": no such argument (expected: --port PORT, --jdbc-url URL or --NAME=VALUE)");
      }
    }
    return properties.toArray(String[]::new);
  }

  private static String jdbcUrl(String text) {
    if (!text.startsWith("jdbc:")) {
      throw new IllegalArgumentException("jdbc-url: " + text + " (expected: jdbc:…)");
    }
    return text;
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException("port: " + text + " (expected: 0-65535)");
  }
}
