package dev.hangup.spring;

import dev.hangup.CancelPolicy;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.web.method.HandlerMethod;

/// Which policy a request has: by annotation of the method, of the class, by property, by method of
/// HTTP.
final class Policies {
  private final Map<String, CancelPolicy> configured;
  private final Map<Handler, Optional<CancelPolicy>> annotated = new ConcurrentHashMap<>();

  Policies(Map<String, CancelPolicy> byHttpMethod) {
    this.configured =
        byHttpMethod.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    entry -> entry.getKey().toUpperCase(Locale.ROOT), Map.Entry::getValue));
  }

  /// Of a request whose handler is not known yet.
  CancelPolicy of(String httpMethod) {
    return configured.getOrDefault(httpMethod, CancelPolicy.forMethod(httpMethod));
  }

  /// Of a request whose handler is known, by annotation or property; null where neither says.
  @Nullable CancelPolicy chosen(String httpMethod, @Nullable Object handler) {
    CancelPolicy policy = handler instanceof HandlerMethod method ? annotated(method) : null;
    return policy == null ? configured.get(httpMethod) : policy;
  }

  private @Nullable CancelPolicy annotated(HandlerMethod method) {
    return annotated
        .computeIfAbsent(new Handler(method.getMethod(), method.getBeanType()), Policies::find)
        .orElse(null);
  }

  private static Optional<CancelPolicy> find(Handler handler) {
    return find(handler.method()).or(() -> find(handler.type()));
  }

  private static Optional<CancelPolicy> find(AnnotatedElement element) {
    MergedAnnotations all = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
    if (all.isDirectlyPresent(Cancellable.class) && all.isDirectlyPresent(Uncancellable.class)) {
      throw new IllegalStateException(
          element + ": @Cancellable and @Uncancellable (expected: one of them)");
    }
    MergedAnnotation<Cancellable> nearest = all.get(Cancellable.class);
    return nearest.isPresent()
        ? Optional.of(nearest.getEnum("policy", CancelPolicy.class))
        : Optional.empty();
  }

  private record Handler(Method method, Class<?> type) {}
}
