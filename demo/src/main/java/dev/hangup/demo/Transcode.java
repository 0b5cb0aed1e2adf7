package dev.hangup.demo;

import dev.hangup.Subprocess;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.io.IOException;
import java.io.OutputStream;

/// `GET /transcode?mb=1000`: lets other programs turn so many MiB of noise into hexadecimal digits
/// and compress them. They end with the request, all four.
final class Transcode implements Handler {
  private static final String PIPELINE = "head -c \"$1\" /dev/urandom | od -An -tx1 | gzip -9";

  @Override
  public void handle(Request request, Response response) throws Exception {
    long bytes = (long) request.query("mb", 1_000, 1, 100_000) << 20;
    ProcessBuilder programs =
        new ProcessBuilder("sh", "-c", PIPELINE, "transcode", Long.toString(bytes))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    int exit =
        Subprocess.run(
            programs,
            process -> {
              OutputStream body = response.stream("application/gzip");
              process.getInputStream().transferTo(body);
              return process.waitFor();
            });
    if (exit != 0) {
      throw new IOException("sh: exit value " + exit + " (expected: 0)"); // cuts the answer
    }
  }
}
