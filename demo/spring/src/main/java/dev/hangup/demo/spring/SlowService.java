package dev.hangup.demo.spring;

import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// The other service: never answers, and tells when its caller goes away.
@Component
class SlowService {
  private static final Logger LOG = LoggerFactory.getLogger(SlowService.class);

  private final ServerSocket server;

  SlowService() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("slow-service").start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket caller = server.accept();
        Thread.ofVirtual().name("slow-service-call").start(() -> serve(caller));
      }
    } catch (IOException e) {
      LOG.debug("slow service: closed", e);
    }
  }

  private static void serve(Socket caller) {
    try (caller) {
      LOG.info("slow service: called");
      InputStream in = caller.getInputStream();
      while (in.read() >= 0) {
        // the request; its answer never comes
      }
      LOG.info("slow service: caller left");
    } catch (IOException e) {
      LOG.info("slow service: caller left ({})", e.getMessage());
    }
  }

  @PreDestroy
  void close() throws IOException {
    server.close();
  }
}
