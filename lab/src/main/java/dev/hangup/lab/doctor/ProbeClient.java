package dev.hangup.lab.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/// Asks the probe what it knows, in good order: this client never hangs up.
final class ProbeClient implements AutoCloseable {
  static final String MARK = "Hangup-Probe";
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Target target;
  private final HttpClient client;

  ProbeClient(Target target) {
    this.target = target;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .sslContext(target.tls())
            .build();
  }

  /// The probe's answer to a request that waits for nothing: or why there is none.
  HttpResponse<String> greet(String id) throws CannotAskException, InterruptedException {
    HttpResponse<String> answer;
    try {
      answer = get("id=" + id + "&wait=0");
    } catch (SSLException e) {
      throw cannot(
          "its certificate is not trusted, or it speaks no TLS: %s (try: --insecure)"
              .formatted(e.getMessage()));
    } catch (ConnectException e) {
      throw cannot(
          e.getCause() instanceof ConnectException cause
                  && cause.getCause() instanceof UnresolvedAddressException
              ? "no host of that name is known"
              : "nobody listens there");
    } catch (IOException e) {
      String message = e.getMessage();
      throw cannot(
          message == null ? "nobody answers (" + e.getClass().getSimpleName() + ")" : message);
    }
    boolean probe = answer.headers().firstValue(MARK).isPresent();
    int status = answer.statusCode();
    if (probe && status == 200) {
      return answer;
    }
    if (probe && status == 401) {
      throw cannot("the token was refused");
    }
    if (probe) {
      throw cannot("the probe answered " + status + ": " + answer.body().strip());
    }
    if (status / 100 == 3) {
      throw cannot("it redirects to " + answer.headers().firstValue("Location").orElse("nowhere"));
    }
    throw cannot(
        "no probe answered, but status "
            + status
            + " (is there a probe at this path? does something between want a login?"
            + " docs/guides/doctor.md)");
  }

  private CannotAskException cannot(String why) {
    return new CannotAskException(target.url() + ": " + why);
  }

  /// What is known of a request; asked until it fits, or for so long.
  Optional<Known> await(String id, Predicate<Known> fits, Duration most)
      throws IOException, CannotAskException, InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    Duration pause = SHORTEST_PAUSE;
    Optional<Known> known = ask(id);
    while (known.filter(fits).isEmpty() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(pause.toNanos());
      pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
      Optional<Known> now = ask(id);
      known = now.isPresent() ? now : known; // another instance knows nothing of it
    }
    return known;
  }

  private Optional<Known> ask(String id)
      throws IOException, CannotAskException, InterruptedException {
    HttpResponse<String> answer = get("id=" + id);
    return answer.statusCode() == 200
        ? Optional.of(Known.parse(answer.body(), System.nanoTime()))
        : Optional.empty();
  }

  private HttpResponse<String> get(String query) throws IOException, InterruptedException {
    URI uri = URI.create(target.scheme() + "://" + target.authority() + target.path(query));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + target.token())
            .header("User-Agent", "hangup-doctor")
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  @Override
  public void close() {
    client.close();
  }
}
