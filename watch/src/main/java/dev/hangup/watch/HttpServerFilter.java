package dev.hangup.watch;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import dev.hangup.CancelPolicy;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Deadline;
import dev.hangup.DeadlineFields;
import dev.hangup.Registration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// Makes the requests of the JDK's own HTTP server stop when their caller hangs up.
///
/// {@snippet class="dev.hangup.watch.HttpServerContractTest" region="filter"}
///
/// The handler's [Cancellation#current()] is the request's. What a hang-up does, the policy says;
/// one that is to finish is not watched at all. The deadline that came with the request counts
/// ([DeadlineFields]); one that has passed already is answered with 504.
///
/// This is also all that it takes to serve any other server that tells a connection's addresses.
///
/// **Thread safety**: one filter serves all requests. **Limits**: those of [SocketWatch].
public final class HttpServerFilter extends Filter {
  private static final Duration LONGEST = Duration.ofHours(1);

  private final SocketWatch watch;
  private final Function<? super HttpExchange, CancelPolicy> policy;

  /// Makes a filter with the shared watch, and the policies of [CancelPolicy#forMethod(String)].
  public HttpServerFilter() {
    this(SocketWatch.shared(), exchange -> CancelPolicy.forMethod(exchange.getRequestMethod()));
  }

  /// Makes a filter.
  ///
  /// @param watch tells of hang-ups
  /// @param policy what a hang-up does to a request
  public HttpServerFilter(SocketWatch watch, Function<? super HttpExchange, CancelPolicy> policy) {
    this.watch = Objects.requireNonNull(watch, "watch");
    this.policy = Objects.requireNonNull(policy, "policy");
  }

  @Override
  public String description() {
    return "stops the work of a request whose caller hangs up";
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    CancelPolicy chosen = policy.apply(exchange);
    Optional<Deadline> deadline =
        DeadlineFields.read(exchange.getRequestHeaders()::getFirst, LONGEST);
    if (deadline.filter(Deadline::isExpired).isPresent()) {
      exchange.sendResponseHeaders(504, -1);
      exchange.close();
    } else if (chosen == CancelPolicy.FINISH) {
      chain.doFilter(exchange);
    } else {
      run(exchange, chain, chosen, deadline);
    }
  }

  private void run(
      HttpExchange exchange, Chain chain, CancelPolicy chosen, Optional<Deadline> deadline)
      throws IOException {
    String name = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    InetSocketAddress local = exchange.getLocalAddress();
    InetSocketAddress remote = exchange.getRemoteAddress();
    try (CancelScope scope =
            CancelScope.open(
                Cancellation.detached(),
                o -> {
                  var options = o.withName(name).withInterrupts(chosen == CancelPolicy.INTERRUPT);
                  return deadline.map(options::withDeadline).orElse(options);
                });
        Registration _ = watch.onHangUp(local, remote, scope::cancel)) {
      Runnable failed = () -> watch.look(local, remote).ifPresent(scope::cancel);
      exchange.setStreams(
          LookingStreams.in(exchange.getRequestBody(), failed),
          LookingStreams.out(exchange.getResponseBody(), failed));
      scope.call(() -> {
        chain.doFilter(exchange);
        return true;
      });
    } catch (CancelledException e) {
      exchange.close(); // nobody waits for more
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("a chain throws nothing else", e);
    }
  }
}
