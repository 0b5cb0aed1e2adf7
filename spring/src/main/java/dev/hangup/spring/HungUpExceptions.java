package dev.hangup.spring;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.servlet.ServletWork;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/// What a controller throws after its cancel is no error of the application, in whatever it was
/// wrapped: it goes to no `@ExceptionHandler` and into no error log. Before a cancel, and without
/// one, everything goes where it always went.
///
/// Comes first of all resolvers.
final class HungUpExceptions implements HandlerExceptionResolver, Ordered {
  private static final Logger LOGGER = System.getLogger(HungUpExceptions.class.getName());
  private static final int CLIENT_CLOSED_REQUEST = 499;

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception failure) {
    CancelReason reason =
        ServletWork.of(request)
            .map(ServletWork::cancellation)
            .flatMap(Cancellation::reason)
            .orElse(null);
    if (reason == null) {
      return null;
    }
    LOGGER.log(Level.DEBUG, () -> "thrown after the cancel, " + reason, failure);
    if (!reason.isHangUp()) {
      throw new CancelledException(reason, failure); // somebody waits: the filter answers
    }
    if (!response.isCommitted()) {
      response.setStatus(CLIENT_CLOSED_REQUEST); // for the access log: nobody receives it
    }
    return new ModelAndView();
  }
}
