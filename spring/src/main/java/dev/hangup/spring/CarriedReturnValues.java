package dev.hangup.spring;

import dev.hangup.Cancellation;
import dev.hangup.Op;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.HandlerMethodReturnValueHandlerComposite;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// Makes a `Callable` or a [StreamingResponseBody] that a controller returns part of the request's
/// work, whichever executor runs it: it is stopped with the request, and its stop belongs to the
/// request's. An emitter is started whole, whatever happens meanwhile. Then each goes to those who
/// would have had it.
final class CarriedReturnValues implements HandlerMethodReturnValueHandler {
  private static final Duration START = Duration.ofSeconds(10);

  private final HandlerMethodReturnValueHandlerComposite others =
      new HandlerMethodReturnValueHandlerComposite();

  private CarriedReturnValues(List<HandlerMethodReturnValueHandler> others) {
    this.others.addHandlers(others);
  }

  /// Puts one before the others of MVC's adapter.
  static BeanPostProcessor installer() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof RequestMappingHandlerAdapter adapter) {
          List<HandlerMethodReturnValueHandler> handlers = adapter.getReturnValueHandlers();
          if (handlers != null) {
            List<HandlerMethodReturnValueHandler> all = new ArrayList<>(handlers);
            all.addFirst(new CarriedReturnValues(handlers));
            adapter.setReturnValueHandlers(all);
          }
        }
        return bean;
      }
    };
  }

  @Override
  public boolean supportsReturnType(MethodParameter type) {
    Class<?> body = type.getParameterType();
    if (HttpEntity.class.isAssignableFrom(body)) {
      body = ResolvableType.forMethodParameter(type).getGeneric().resolve(Object.class);
    } else if (Callable.class.isAssignableFrom(body)) {
      return true;
    }
    return StreamingResponseBody.class.isAssignableFrom(body)
        || ResponseBodyEmitter.class.isAssignableFrom(body);
  }

  @Override
  public void handleReturnValue(
      @Nullable Object value,
      MethodParameter type,
      ModelAndViewContainer container,
      NativeWebRequest request)
      throws Exception {
    Cancellation work = Cancellation.current();
    Object carried = carry(value, work);
    Op<Boolean, Exception> start =
        () -> {
          others.handleReturnValue(carried, type, container, request);
          return true;
        };
    if (carried == value) {
      // An emitter that was not started whole would never tell that it is over.
      work.shielded(START, start);
    } else {
      // As nobody's work, so that Spring's executor does not carry it once more.
      Cancellation.detached().wrap(start::call).call();
    }
  }

  private static @Nullable Object carry(@Nullable Object value, Cancellation work) {
    return switch (value) {
      case Callable<?> task -> work.wrap(task);
      case StreamingResponseBody body -> carry(body, work);
      case ResponseEntity<?> entity when entity.getBody() instanceof StreamingResponseBody body ->
          ResponseEntity.status(entity.getStatusCode())
              .headers(entity.getHeaders())
              .body(carry(body, work));
      case null, default -> value;
    };
  }

  private static StreamingResponseBody carry(StreamingResponseBody body, Cancellation work) {
    return out -> {
      try {
        work.wrap(
                () -> {
                  body.writeTo(out);
                  return true;
                })
            .call();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e); // writeTo throws no other
      }
    };
  }
}
