package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouterTest {
  private Harness harness;

  @BeforeAll
  void start() throws IOException {
    Router router =
        Router.empty()
            .get("/", says("root"))
            .get("/users", says("users"))
            .get("/users/{id}", says("user", "id"))
            .get("/users/me", says("me"))
            .get("/users/{id}/posts/{post}", says("post", "id", "post"))
            .get("/users/me/posts", says("my posts"))
            .get("/files/{path...}", says("file", "path"))
            .get("/files/{owner}/{path...}", says("owned", "owner", "path"))
            .get("/slash/", says("slash"))
            .post("/users", says("created"))
            .withRoute("HEAD", "/headed", says("head"))
            .withRoute("OPTIONS", "/options", says("own options"))
            .withRoute("QUERY", "/search", says("found"));
    harness = Harness.start(router);
  }

  private static Handler says(String what, String... parameters) {
    return (request, response) -> {
      StringBuilder text = new StringBuilder(what);
      for (String parameter : parameters) {
        text.append(' ').append(parameter).append('=').append(request.pathParameter(parameter));
      }
      response.text(text.toString());
    };
  }

  @AfterAll
  void stop() {
    harness.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/, root",
    "/?a=b, root",
    "/users, users",
    "/users/7, user id=7",
    "/users/a%2Fb, user id=a/b",
    "/users/a+b, user id=a+b",
    "/users/me, me",
    "/%75sers/m%65, me",
    "/users/7/posts/8, post id=7 post=8",
    "/users/me/posts, my posts",
    "/users/me/posts/8, post id=me post=8",
    "/files/a, file path=a",
    "/files/a/b/c, owned owner=a path=b/c",
    "/slash/, slash",
    "http://other/users/7?x, user id=7",
  })
  void pathFindsItsHandler(String target, String answer) throws IOException {
    assertThat(harness.answer("GET", target))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\n" + answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/none", "/users/", "/users//posts/1", "/slash", "/files", "//", "/USERS"})
  void otherPathsAreNotFound(String target) throws IOException {
    assertThat(harness.answer("GET", target))
        .startsWith("HTTP/1.1 404 Not Found\r\n")
        .endsWith("404 Not Found: path: " + target + " (no such resource)\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE | /users   | GET, POST, HEAD, OPTIONS",
        "GET    | /headed  | HEAD, OPTIONS",
        "POST   | /options | OPTIONS",
        "GET    | /search  | QUERY, OPTIONS",
      })
  void otherMethodsAreNotAllowed(String method, String target, String allowed) throws IOException {
    assertThat(harness.answer(method, target))
        .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
        .contains("\r\nAllow: " + allowed + "\r\n")
        .endsWith("(expected: " + allowed + ")\n");
  }

  @Test
  void optionsAreAnswered() throws IOException {
    assertThat(harness.answer("OPTIONS", "/users"))
        .startsWith("HTTP/1.1 204 No Content\r\n")
        .contains("\r\nAllow: GET, POST, HEAD, OPTIONS\r\n");
    assertThat(harness.answer("OPTIONS", "/options")).endsWith("\r\n\r\nown options");
    assertThat(harness.answer("OPTIONS", "/none")).startsWith("HTTP/1.1 404 ");
    assertThat(harness.answer("OPTIONS", "*")).startsWith("HTTP/1.1 204 ").contains("\r\nAllow: ");
  }

  @Test
  void headIsAnsweredByTheGetHandler() throws IOException {
    assertThat(harness.answer("HEAD", "/users"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\ncontent-length: 5\r\n")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "users",
        "/{}",
        "/{...}",
        "/a{b}",
        "/{a}b",
        "/{a}{b}",
        "/{a}/{a}",
        "/{a...}/b",
        "/{a b}",
        "/}{",
      })
  void malformedPatternIsRefused(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Router.empty().get(pattern, says("never")))
        .withMessageStartingWith("pattern: " + pattern + " (expected: ");
  }

  @Test
  void takenPatternIsRefused() {
    Router router = Router.empty().get("/users/{id}", says("one"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> router.get("/users/{name}", says("two")))
        .withMessage("pattern: GET /users/{name} (taken by /users/{id})");
  }

  @Test
  void unknownMethodIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Router.empty().withRoute("get", "/", says("never")))
        .withMessageStartingWith("method: get (expected: one of DELETE, GET, ");
  }

  @Test
  void unknownPathParameterIsAnError() throws IOException {
    Handler wrong = (request, response) -> response.text(request.pathParameter("name"));
    try (Logs logs = new Logs();
        Harness other = Harness.start(Router.empty().get("/{id}", wrong))) {
      assertThat(other.answer("GET", "/7")).startsWith("HTTP/1.1 500 ");
      assertThat(logs.alarmTexts())
          .singleElement()
          .asString()
          .contains("path parameter: name (expected: one of [id])");
    }
  }
}
