package dev.hangup.lab.servers;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// A controller that works on its request's thread, or streams.
@RestController
class SpringController {
  @RequestMapping("/work/**")
  String work(HttpServletRequest request) throws IOException, InterruptedException {
    Work work = begin(request);
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    Blocking.run(work, _ -> answer);
    return answer.toString(StandardCharsets.US_ASCII);
  }

  @RequestMapping("/stream/**")
  StreamingResponseBody stream(HttpServletRequest request) {
    Work work = begin(request);
    return body -> {
      try {
        Blocking.run(work, _ -> body);
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    };
  }

  private static Work begin(HttpServletRequest request) {
    return Work.begin(request.getRequestURI(), request.getRemotePort());
  }
}
