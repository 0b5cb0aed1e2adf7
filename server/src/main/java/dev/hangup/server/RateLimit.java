package dev.hangup.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/// Lets so many requests of each client pass in a time; the others are answered 429 with
/// `Retry-After`: middleware.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="rate"}
///
/// A client has a bucket of tokens that fills evenly: each request takes one. Clients are told
/// apart by a key, the peer's address unless another is chosen: behind a proxy all have the
/// proxy's, so choose. The most recent 10,000 keys are remembered, or as many as
/// [#withMaxKeys(int)] says; who is forgotten begins with a full bucket.
///
/// All handlers that one limit is put around share it. Each `withX` returns another limit, with
/// buckets of its own.
///
/// **Cancellation**: passes through; nothing waits. A client that hangs up gets no token back.
///
/// **Thread safety**: for any thread.
public final class RateLimit implements UnaryOperator<Handler> {
  private static final int IPV6_NETWORK = 8;

  private final long interval;
  private final int burst;
  private final Function<Request, String> key;
  private final int maxKeys;
  private final LongSupplier nanos;

  /// When each key's bucket is full again. Guarded by itself.
  private final Map<String, Long> full =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > maxKeys;
        }
      };

  private RateLimit(
      long interval, int burst, Function<Request, String> key, int maxKeys, LongSupplier nanos) {
    this.interval = interval;
    this.burst = burst;
    this.key = key;
    this.maxKeys = maxKeys;
    this.nanos = nanos;
  }

  /// Makes a limit. All of a period's requests may come at once.
  ///
  /// @param requests how many, 1 or more
  /// @param period in which time, at most 365 days
  /// @return the middleware
  public static RateLimit of(int requests, Duration period) {
    long interval =
        Expect.positive("period", period).toNanos() / Expect.atLeast("requests", requests, 1);
    return new RateLimit(
        Math.max(1, interval), requests, RateLimit::network, 10_000, System::nanoTime);
  }

  /// How many may come at once.
  ///
  /// @param requests 1 or more
  /// @return a limit of its own
  /// @throws IllegalArgumentException if it is less, or so many would need more than 365 days
  public RateLimit withBurst(int requests) {
    long most = TimeUnit.DAYS.toNanos(365) / interval;
    if (requests < 1 || requests > most) {
      throw new IllegalArgumentException("burst: " + requests + " (expected: 1-" + most + ")");
    }
    return new RateLimit(interval, requests, key, maxKeys, nanos);
  }

  /// Whose the requests are.
  ///
  /// @param key for instance the user's name; what it throws is thrown
  /// @return a limit of its own
  public RateLimit withKey(Function<Request, String> key) {
    return new RateLimit(interval, burst, Objects.requireNonNull(key, "key"), maxKeys, nanos);
  }

  /// How many keys are remembered, some 100 bytes each. The least recently seen goes first.
  ///
  /// @param keys 1 or more
  /// @return a limit of its own
  public RateLimit withMaxKeys(int keys) {
    return new RateLimit(interval, burst, key, Expect.atLeast("maxKeys", keys, 1), nanos);
  }

  RateLimit withClock(LongSupplier clock) {
    return new RateLimit(interval, burst, key, maxKeys, clock);
  }

  /// The peer's address; of IPv6 the first 64 bits, for a client has all that begin so.
  private static String network(Request request) {
    InetAddress peer = request.peer().getAddress();
    return peer instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(peer.getAddress(), IPV6_NETWORK))
        : peer.getHostAddress();
  }

  /// The handler behind the limit.
  @Override
  public Handler apply(Handler inner) {
    Objects.requireNonNull(inner, "inner");
    return (request, response) -> {
      OptionalLong wait = take(key.apply(request));
      if (wait.isPresent()) {
        long seconds = Math.ceilDiv(wait.getAsLong(), TimeUnit.SECONDS.toNanos(1));
        response.header("Retry-After", Long.toString(seconds));
        throw new HttpException(429, "too many requests (come again in " + seconds + " s)");
      }
      inner.handle(request, response);
    };
  }

  /// Takes a token, or says in how many nanoseconds there will be one.
  private OptionalLong take(String whose) {
    long now = nanos.getAsLong();
    synchronized (full) {
      Long known = full.get(whose);
      long missing = interval + (known == null ? 0 : Math.max(0, known - now));
      long wait = missing - burst * interval;
      if (wait > 0) {
        return OptionalLong.of(wait);
      }
      full.put(whose, now + missing);
      return OptionalLong.empty();
    }
  }

  int keys() {
    synchronized (full) {
      return full.size();
    }
  }
}
