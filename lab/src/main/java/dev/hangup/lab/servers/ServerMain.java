package dev.hangup.lab.servers;

import io.ktor.server.cio.CIO;
import io.ktor.server.netty.Netty;
import java.io.IOException;
import java.io.OutputStream;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Starts one of the servers, which says what [Listening] and [Work] tell, until its input ends: so
/// it ends with who started it.
public final class ServerMain {
  private ServerMain() {}

  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.SEVERE);
    serve(arguments[0]);
    System.out.println("ready");
    awaitEnd();
    Runtime.getRuntime().halt(0); // whatever threads and hooks it has
  }

  private static void serve(String name) throws Exception {
    switch (name) {
      case "hangup" -> HangupServer.serve();
      case "tomcat" -> TomcatServer.serve(false);
      case "tomcat+hangup" -> TomcatServer.serve(true);
      case "jetty" -> JettyServer.serve(false);
      case "jetty+hangup" -> JettyServer.serve(true);
      case "undertow" -> UndertowServer.serve(false);
      case "undertow+hangup" -> UndertowServer.serve(true);
      case "jdk" -> JdkServer.serve(false);
      case "jdk+hangup" -> JdkServer.serve(true);
      case "spring" -> SpringServer.serve(false);
      case "spring+hangup" -> SpringServer.serve(true);
      case "vertx" -> VertxServer.serve();
      case "armeria" -> ArmeriaServer.serve();
      case "helidon" -> HelidonServer.serve();
      case "ktor-cio" -> KtorServer.serve(CIO.INSTANCE);
      case "ktor-netty" -> KtorServer.serve(Netty.INSTANCE);
      case "pekko" -> PekkoServer.serve();
      case "pekko-flow" -> PekkoServer.serveFlows();
      case "reactor-netty" -> ReactorNettyServer.serve();
      case "http4s" -> Http4sServer.serve();
      default -> throw new IllegalArgumentException("no such server: " + name);
    }
  }

  private static void awaitEnd() throws IOException {
    System.in.transferTo(OutputStream.nullOutputStream());
  }
}
