package dev.hangup.spring;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.ClassUtils;
import reactor.netty.http.server.HttpServerRequest;

/// The protocol of a request, which Spring does not tell: its server is asked.
final class ReactiveProtocol {
  private static final boolean REACTOR_NETTY =
      isPresent("reactor.netty.http.server.HttpServerRequest");
  private static final boolean SERVLET = isPresent("jakarta.servlet.http.HttpServletRequest");

  private ReactiveProtocol() {}

  private static boolean isPresent(String name) {
    return ClassUtils.isPresent(name, ReactiveProtocol.class.getClassLoader());
  }

  /// For instance `HTTP/1.1`; `-` under a server that is not known.
  static String of(ServerHttpRequest request) {
    Object asked = nativeRequest(request);
    if (REACTOR_NETTY && ReactorNetty.serves(asked)) {
      return ReactorNetty.protocol(asked);
    }
    return SERVLET && Servlet.serves(asked) ? Servlet.protocol(asked) : "-";
  }

  /// The server's own, as far as Spring lets it be seen.
  static Object nativeRequest(ServerHttpRequest request) {
    return request instanceof AbstractServerHttpRequest known ? known.getNativeRequest() : request;
  }

  /// Apart, for it is only loaded where its classes are.
  private static final class ReactorNetty {
    static boolean serves(Object request) {
      return request instanceof HttpServerRequest;
    }

    static String protocol(Object request) {
      return ((HttpServerRequest) request).protocol();
    }
  }

  /// Apart, for it is only loaded where its classes are.
  private static final class Servlet {
    static boolean serves(Object request) {
      return request instanceof HttpServletRequest;
    }

    static String protocol(Object request) {
      return ((HttpServletRequest) request).getProtocol();
    }
  }
}
