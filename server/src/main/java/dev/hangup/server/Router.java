package dev.hangup.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the handler of a request by its path and method.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="router"}
///
/// A pattern's segment is a literal (`/work`), a parameter (`/users/{id}`, one segment, never
/// empty) or, at the end, the rest (`/files/{path...}`, one segment or more). A literal wins over a
/// parameter, a parameter over the rest. A path that no pattern fits is answered 404, a method that
/// its routes do not have 405 with `Allow`. HEAD is answered by the GET handler without a body,
/// OPTIONS with `Allow` unless a route has it.
///
/// Immutable: each `withX` returns a copy.
public final class Router implements Handler {
  private static final Router EMPTY = new Router(List.of());

  private final List<Route> routes;
  private final Node root = new Node();

  private Router(List<Route> routes) {
    this.routes = routes;
    routes.forEach(root::add);
  }

  /// A router without routes.
  ///
  /// @return the empty router
  public static Router empty() {
    return EMPTY;
  }

  /// Adds a route for GET, and so for HEAD.
  ///
  /// @param pattern which paths, see the class
  /// @param handler answers
  /// @return a copy with the route
  /// @throws IllegalArgumentException if the pattern is malformed or taken
  public Router get(String pattern, Handler handler) {
    return withRoute("GET", pattern, handler);
  }

  /// Adds a route for GET, and so for HEAD.
  ///
  /// @param pattern which paths, see the class
  /// @param handler answers
  /// @param options changes the defaults: `o -> o.withTimeout(Duration.ofSeconds(2))`
  /// @return a copy with the route
  /// @throws IllegalArgumentException if the pattern is malformed or taken
  public Router get(String pattern, Handler handler, UnaryOperator<RouteOptions> options) {
    return withRoute("GET", pattern, handler, options);
  }

  /// Adds a route for POST.
  ///
  /// @param pattern which paths, see the class
  /// @param handler answers
  /// @return a copy with the route
  /// @throws IllegalArgumentException if the pattern is malformed or taken
  public Router post(String pattern, Handler handler) {
    return withRoute("POST", pattern, handler);
  }

  /// Adds a route for POST.
  ///
  /// @param pattern which paths, see the class
  /// @param handler answers
  /// @param options changes the defaults: `o -> o.withPolicy(CancelPolicy.FINISH)`
  /// @return a copy with the route
  /// @throws IllegalArgumentException if the pattern is malformed or taken
  public Router post(String pattern, Handler handler, UnaryOperator<RouteOptions> options) {
    return withRoute("POST", pattern, handler, options);
  }

  /// Adds a route.
  ///
  /// @param method GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, TRACE or QUERY
  /// @param pattern which paths, see the class
  /// @param handler answers
  /// @return a copy with the route
  /// @throws IllegalArgumentException if the method is another, or the pattern malformed or taken
  public Router withRoute(String method, String pattern, Handler handler) {
    return withRoute(method, pattern, handler, UnaryOperator.identity());
  }

  /// Adds a route.
  ///
  /// @param method GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, TRACE or QUERY
  /// @param pattern which paths, see the class
  /// @param handler answers
  /// @param options changes the defaults: how its requests are stopped
  /// @return a copy with the route
  /// @throws IllegalArgumentException if the method is another, or the pattern malformed or taken
  public Router withRoute(
      String method, String pattern, Handler handler, UnaryOperator<RouteOptions> options) {
    Objects.requireNonNull(handler, "handler");
    RouteOptions chosen = Objects.requireNonNull(options.apply(RouteOptions.DEFAULTS), "options");
    List<Route> more = new ArrayList<>(routes);
    more.add(Route.parse(method, pattern, handler, chosen));
    return new Router(List.copyOf(more));
  }

  /// Answers with the route's handler.
  @Override
  public void handle(Request request, Response response) throws Exception {
    List<String> segments = request.parsedTarget().segments();
    if (request.target().equals("*")) {
      response.status(204).header("Allow", "OPTIONS").empty();
      return;
    }
    Node found = root.find(segments, 0);
    if (found == null) {
      throw new HttpException(404, "path: " + request.path() + " (no such resource)");
    }
    Route route = found.route(request.method());
    if (route != null) {
      response.exchange().entrance().routed(route.pattern);
      route.options.run(
          route.handler,
          route.names.isEmpty()
              ? request
              : request.withPathParameters(route.bind(segments), route.restFrom()),
          response);
      return;
    }
    response.header("Allow", found.allowed());
    if (request.method().equals("OPTIONS")) {
      response.status(204).empty();
    } else {
      response
          .status(405)
          .text(
              "405 Method Not Allowed: method: %s (expected: %s)\n"
                  .formatted(request.method(), found.allowed()));
    }
  }

  /// One pattern with its method and handler.
  private record Route(
      String method,
      String pattern,
      List<String> segments,
      List<String> names,
      Handler handler,
      RouteOptions options) {
    private static final Pattern WORD = Pattern.compile("[\\w-]+");

    static Route parse(String method, String pattern, Handler handler, RouteOptions options) {
      if (!RequestRules.isKnown(method)) {
        throw new IllegalArgumentException(
            "method: " + method + " (expected: one of " + RequestRules.known() + ")");
      }
      if (!pattern.startsWith("/")) {
        throw malformed(pattern, "expected: a path that begins with /");
      }
      List<String> segments = List.of(pattern.substring(1).split("/", -1));
      List<String> names = new ArrayList<>();
      for (String segment : segments) {
        if (isParameter(segment)) {
          String name = name(segment);
          if (names.contains(name) || !WORD.matcher(name).matches()) {
            throw malformed(
                pattern, "expected: parameters with different names, of letters, digits, - and _");
          }
          names.add(name);
        } else if (segment.contains("{") || segment.contains("}")) {
          throw malformed(pattern, "expected: a parameter is a whole segment, as in /users/{id}");
        }
      }
      if (segments.subList(0, segments.size() - 1).stream().anyMatch(Route::isRest)) {
        throw malformed(pattern, "expected: the rest comes last, as in /files/{path...}");
      }
      return new Route(method, pattern, segments, List.copyOf(names), handler, options);
    }

    private static IllegalArgumentException malformed(String pattern, String expected) {
      return new IllegalArgumentException("pattern: " + pattern + " (" + expected + ")");
    }

    static boolean isParameter(String segment) {
      return segment.startsWith("{") && segment.endsWith("}");
    }

    static boolean isRest(String segment) {
      return isParameter(segment) && segment.endsWith("...}");
    }

    private static String name(String segment) {
      return segment.substring(1, segment.length() - (isRest(segment) ? 4 : 1));
    }

    int restFrom() {
      return isRest(segments.getLast()) ? segments.size() - 1 : 0;
    }

    Map<String, String> bind(List<String> path) {
      Map<String, String> values = new HashMap<>();
      int next = 0;
      for (int i = 0; i < segments.size(); i++) {
        if (isRest(segments.get(i))) {
          values.put(names.get(next), String.join("/", path.subList(i, path.size())));
        } else if (isParameter(segments.get(i))) {
          values.put(names.get(next++), path.get(i));
        }
      }
      return Map.copyOf(values);
    }
  }

  /// One place in the tree of segments. Built once, then only read.
  private static final class Node {
    private final Map<String, Node> literals = new HashMap<>();
    private final Map<String, Route> routes = new TreeMap<>();
    private @Nullable Node parameter;
    private @Nullable Node rest;

    void add(Route route) {
      Node node = this;
      for (String segment : route.segments) {
        node = node.child(segment);
      }
      Route taken = node.routes.putIfAbsent(route.method, route);
      if (taken != null) {
        throw new IllegalArgumentException(
            "pattern: %s %s (taken by %s)".formatted(route.method, route.pattern, taken.pattern));
      }
    }

    private Node child(String segment) {
      if (Route.isRest(segment)) {
        rest = rest == null ? new Node() : rest;
        return rest;
      }
      if (Route.isParameter(segment)) {
        parameter = parameter == null ? new Node() : parameter;
        return parameter;
      }
      return literals.computeIfAbsent(segment, _ -> new Node());
    }

    @Nullable Node find(List<String> path, int at) {
      if (at == path.size()) {
        return routes.isEmpty() ? null : this;
      }
      Node literal = literals.get(path.get(at));
      Node found = literal == null ? null : literal.find(path, at + 1);
      if (found == null && parameter != null && !path.get(at).isEmpty()) {
        found = parameter.find(path, at + 1);
      }
      return found == null && rest != null ? rest : found;
    }

    @Nullable Route route(String method) {
      Route route = routes.get(method);
      return route == null && method.equals("HEAD") ? routes.get("GET") : route;
    }

    String allowed() {
      List<String> methods = new ArrayList<>(routes.keySet());
      if (routes.containsKey("GET") && !routes.containsKey("HEAD")) {
        methods.add("HEAD");
      }
      if (!routes.containsKey("OPTIONS")) {
        methods.add("OPTIONS");
      }
      return String.join(", ", methods);
    }
  }
}
