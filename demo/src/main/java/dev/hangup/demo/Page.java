package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.Router;
import dev.hangup.server.SecurityHeaders;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/// `GET /`: the page on which to try all this, and to see what the server tells of it.
final class Page {
  /// Nothing comes from elsewhere; the one frame has the live page.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self';"
          + " frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

  /// Without a promise to use TLS only: it would hold for all that runs on this host.
  private static final SecurityHeaders SECURITY =
      SecurityHeaders.standard()
          .withoutHeader("Strict-Transport-Security")
          .withHeader("X-Frame-Options", "SAMEORIGIN")
          .withHeader("Referrer-Policy", "no-referrer")
          .withHeader("Content-Security-Policy", POLICY);

  private Page() {}

  /// Adds the routes of the page and of its parts.
  static Router addTo(Router router) throws IOException {
    return router
        .get("/", asset("page.html", "text/html"))
        .get("/page.css", asset("page.css", "text/css"))
        .get("/page.js", asset("page.js", "text/javascript"));
  }

  private static Handler asset(String name, String contentType) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("resource: " + name + " (not in the jar)");
      }
      byte[] bytes = in.readAllBytes();
      Handler handler =
          (_, response) ->
              response
                  .header("Cache-Control", "no-cache")
                  .bytes(contentType + "; charset=utf-8", bytes);
      return handler.with(SECURITY);
    }
  }
}
