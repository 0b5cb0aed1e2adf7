package dev.hangup.spring;

import dev.hangup.CancelPolicy;
import dev.hangup.servlet.ServletWork;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// Gives a request the policy of its handler, once that is known, and its stop the route.
final class PolicyInterceptor implements HandlerInterceptor {
  private final Policies policies;
  private final ServletStops stops;

  PolicyInterceptor(Policies policies, ServletStops stops) {
    this.policies = policies;
    this.stops = stops;
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (request.getDispatcherType() == DispatcherType.REQUEST) {
      ServletWork.of(request).ifPresent(work -> begin(work, request, handler));
    }
    return true;
  }

  private void begin(ServletWork work, HttpServletRequest request, Object handler) {
    if (request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE)
        instanceof String route) {
      stops.routed(work, route);
    }
    work.changePolicy(policy(request.getMethod(), handler));
    work.cancellation().check(); // who has left by now gets no handler, whatever its policy
  }

  private CancelPolicy policy(String method, Object handler) {
    CancelPolicy chosen = policies.chosen(method, handler);
    if (chosen != null) {
      return chosen;
    }
    return handler instanceof HandlerMethod found && streams(found)
        ? CancelPolicy.INTERRUPT
        : CancelPolicy.forMethod(method);
  }

  /// Whether the handler answers little by little: then its client is part of what it does.
  private static boolean streams(HandlerMethod method) {
    ResolvableType type = ResolvableType.forMethodParameter(method.getReturnType());
    Class<?> body =
        HttpEntity.class.isAssignableFrom(type.resolve(Object.class))
            ? type.getGeneric().resolve(Object.class)
            : type.resolve(Object.class);
    ReactiveAdapter reactive = ReactiveAdapterRegistry.getSharedInstance().getAdapter(body);
    return ResponseBodyEmitter.class.isAssignableFrom(body)
        || StreamingResponseBody.class.isAssignableFrom(body)
        || (reactive != null && reactive.isMultiValue());
  }
}
