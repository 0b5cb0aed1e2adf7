package dev.hangup.lab.servers;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.net.InetSocketAddress;

/// Armeria, told by its request's context.
final class ArmeriaServer {
  private ArmeriaServer() {}

  static void serve() {
    Server server =
        Server.builder()
            .port(new InetSocketAddress(Listening.host(), 0), SessionProtocol.HTTP)
            .requestTimeoutMillis(0)
            .serviceUnder("/", (context, _) -> handle(context))
            .build();
    server.start().join();
    Listening.version(Server.class);
    Listening.cleartext(server.activeLocalPort());
  }

  private static HttpResponse handle(ServiceRequestContext context) {
    Work work = Work.begin(context.path(), context.remoteAddress().getPort());
    var _ =
        context
            .whenRequestCancelling()
            .thenAccept(cause -> Ticking.tell(work, cause.getClass().getSimpleName()));
    HttpResponseWriter response = HttpResponse.streaming();
    if (work.isStream()) {
      response.write(ResponseHeaders.of(HttpStatus.OK));
    }
    Ticking.start(
        work,
        () -> {
          if (!response.tryWrite(HttpData.wrap(Work.PIECE))) {
            Ticking.tell(work, "write");
          }
        },
        () -> {
          if (!work.isStream()) {
            response.write(ResponseHeaders.of(HttpStatus.OK));
            response.write(HttpData.wrap(work.answer()));
          }
          response.close();
        });
    return response;
  }
}
