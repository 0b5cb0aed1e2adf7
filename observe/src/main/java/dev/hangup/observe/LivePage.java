package dev.hangup.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hangup.Hangup;
import dev.hangup.server.Handler;
import dev.hangup.server.HttpException;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import dev.hangup.server.Router;
import dev.hangup.server.ServerEvents;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// A page that shows, as it happens, which requests are in flight, who has hung up and why, what
/// stopped and how fast, and what ignored it: at `/hangup`, with nothing from elsewhere.
///
/// {@snippet class="dev.hangup.observe.SnippetsTest" region="page"}
///
/// **Who may see it**: without a token only a browser on the server's own machine, that calls it
/// `localhost`, `127.0.0.1` or `[::1]`; all others are answered 403, and so is what came through a
/// proxy. With [#withToken(String)] whoever has it, from anywhere: in `Authorization: Bearer`, or
/// typed into the page, which then keeps a cookie; all others are answered 401. Use it over TLS.
///
/// The page is fed by server-sent events, ten a second at the most. At most 16 pages are open at
/// once, more are answered 503. One that takes nothing for 10 s is cut off; nothing is kept for it.
/// None holds a drain of the server: they are cut when it begins. What the page asks for itself is
/// neither shown nor counted.
///
/// Immutable: each `withX` returns a copy.
public final class LivePage {
  private static final String PATH = "/hangup";
  private static final String FEED = PATH + "/feed";
  private static final int MOST_PAGES = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

  private final LiveView view;
  private final PageAccess access;
  private final Duration pace;
  private final Duration patience;
  private final Semaphore places = new Semaphore(MOST_PAGES);

  private LivePage(LiveView view, PageAccess access, Duration pace, Duration patience) {
    this.view = view;
    this.access = access;
    this.pace = pace;
    this.patience = patience;
  }

  /// A page for browsers on this machine.
  ///
  /// @param view what it shows
  /// @return the page; it is served once its routes are added
  public static LivePage of(LiveView view) {
    return new LivePage(
        Objects.requireNonNull(view, "view"), new PageAccess(null), LiveFeed.PACE, PATIENCE);
  }

  /// Lets whoever has a token see it, from anywhere, and nobody without.
  ///
  /// @param token 16 characters or more, from a source of randomness
  /// @return a copy
  /// @throws IllegalArgumentException if it is shorter
  public LivePage withToken(String token) {
    return new LivePage(
        view, new PageAccess(Objects.requireNonNull(token, "token")), pace, patience);
  }

  /// For tests: how long there is between frames at least, and how long a page may take for one.
  LivePage withTimes(Duration between, Duration most) {
    return new LivePage(view, access, between, most);
  }

  /// How many pages are open.
  int open() {
    return MOST_PAGES - places.availablePermits();
  }

  /// Adds the page's routes: `/hangup` and what is below.
  ///
  /// @param router has the application's routes
  /// @return a copy with those of the page
  /// @throws IllegalArgumentException if they are taken
  public Router addTo(Router router) {
    Router more = router;
    more = with(more, "", handler(LiveFile.page("hangup")));
    for (String name : LiveFile.names()) {
      more = with(more, "/" + name, handler(LiveFile.beside(name).orElseThrow()));
    }
    view.hide(PATH);
    view.hide(FEED);
    more = more.get(FEED, this::guardedFeed, o -> o.withAwaitedAtDrain(false));
    return more.post(PATH, this::enter);
  }

  private Router with(Router router, String path, Handler handler) {
    view.hide(PATH + path);
    return router.get(PATH + path, (request, response) -> guarded(request, response, handler));
  }

  private void guardedFeed(Request request, Response response) throws Exception {
    guarded(request, response, this::feed);
  }

  private void guarded(Request request, Response response, Handler handler) throws Exception {
    response
        .header("Cache-Control", "no-store")
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer");
    Optional<Integer> refusal = access.refusal(request);
    if (refusal.isEmpty()) {
      handler.handle(request, response);
    } else if (refusal.get() == 401) {
      askForToken(response);
    } else {
      throw new HttpException(403, "only for this machine's own browsers, or with a token");
    }
  }

  private static void askForToken(Response response) throws Exception {
    response
        .status(401)
        .header("WWW-Authenticate", "Bearer realm=\"hangup\"")
        .bytes("text/html; charset=utf-8", LiveFile.read("token.html").getBytes(UTF_8));
  }

  /// Takes the token that was typed into the page.
  private void enter(Request request, Response response) throws Exception {
    String given = access.hasToken() ? request.form().field("token").orElse("") : "";
    if (!access.isToken(given)) {
      guarded(request, response, (_, _) -> response.status(303).header("Location", PATH).empty());
      return;
    }
    response
        .status(303)
        .header("Location", PATH)
        .header("Cache-Control", "no-store")
        .header(
            "Set-Cookie",
            "%s=%s; Path=%s; HttpOnly; SameSite=Strict%s"
                .formatted(
                    PageAccess.COOKIE,
                    access.cookie(given),
                    PATH,
                    request.isSecure() ? "; Secure" : ""))
        .empty();
  }

  private void feed(Request request, Response response) throws Exception {
    if (!places.tryAcquire()) {
      response.header("Retry-After", "10");
      throw new HttpException(503, "pages: " + MOST_PAGES + " are open (expected: fewer)");
    }
    try {
      ServerEvents events = response.events();
      LiveFeed feed = LiveFeed.at(view, pace);
      while (true) {
        String json = feed.next();
        Hangup.withDeadline(
            patience,
            () -> {
              events.emit(json);
              return json;
            });
      }
    } finally {
      places.release();
    }
  }

  private static Handler handler(LiveFile file) {
    byte[] bytes = file.text().getBytes(UTF_8);
    return (_, response) -> response.bytes(file.contentType(), bytes);
  }
}
