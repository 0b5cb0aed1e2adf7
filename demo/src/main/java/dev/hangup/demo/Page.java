package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/// `GET /`: the page that says what to try, with two buttons to try it.
final class Page implements Handler {
  /// Script and style are part of the page; nothing comes from elsewhere.
  private static final String POLICY =
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'";

  private final byte[] html;

  private Page(byte[] html) {
    this.html = html;
  }

  static Page load(String resource) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("resource: " + resource + " (not in the jar)");
      }
      return new Page(in.readAllBytes());
    }
  }

  @Override
  public void handle(Request request, Response response) {
    response
        .header("Cache-Control", "no-cache")
        .header("Content-Security-Policy", POLICY)
        .bytes("text/html; charset=utf-8", html);
  }
}
