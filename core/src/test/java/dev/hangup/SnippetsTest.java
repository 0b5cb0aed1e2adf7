package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The code in the javadoc, run.
class SnippetsTest {
  private interface Database {
    Future<String> query();

    void rollback();
  }

  @Test
  void cancellation() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      CompletableFuture<String> trail = new CompletableFuture<>();
      scope.call(() -> {
        // @start region="cancellation"
        Cancellation work = Cancellation.current();
        try (Registration _ = work.onCancel(reason -> trail.complete(reason.code()))) {
          for (int row = 0; row < 1_000; row++) {
            work.check(); // throws CancelledException once the caller has hung up
          }
        }
        // @end
        return null;
      });
      assertThat(trail).isNotDone();
    }
  }

  @Test
  void abortable() throws Exception {
    Future<String> query = CompletableFuture.completedFuture("rows");
    // @start region="abortable"
    String rows =
        Cancellation.current()
            .abortable((reason, attempt) -> query.cancel(true), () -> query.get());
    // @end
    assertThat(rows).isEqualTo("rows");
  }

  @Test
  void shielded() {
    CompletableFuture<Boolean> rolledBack = new CompletableFuture<>();
    Database database =
        new Database() {
          @Override
          public Future<String> query() {
            return CompletableFuture.failedFuture(new IllegalStateException("broken"));
          }

          @Override
          public void rollback() {
            rolledBack.complete(true);
          }
        };
    assertThatThrownBy(() -> transfer(database)).hasRootCauseMessage("broken");
    assertThat(rolledBack).isCompletedWithValue(true);
  }

  private static String transfer(Database database) throws Exception {
    // @start region="shielded"
    try {
      return database.query().get();
    } catch (Exception failure) {
      Cancellation.current()
          .shielded(
              Duration.ofSeconds(2),
              () -> {
                database.rollback(); // also when the caller is gone
                return true;
              });
      throw failure;
    }
    // @end
  }

  @Test
  void scope() throws Exception {
    // @start region="scope"
    try (CancelScope scope = CancelScope.open(o -> o.withTimeout(Duration.ofSeconds(5)))) {
      Fork<String> user = scope.fork(() -> "user");
      Fork<String> orders = scope.fork(() -> "orders");
      scope.join(); // the first failure cancels the other fork and is thrown here
      String page = user.join() + " with " + orders.join();
      assertThat(page).isEqualTo("user with orders");
    }
    // @end
  }

  @Test
  void race() throws Exception {
    // @start region="race"
    String answer = Hangup.race(List.of(() -> "from this region", () -> "from that region"));
    // @end
    assertThat(answer).startsWith("from");
  }

  @Test
  void shared() throws Exception {
    // @start region="shared"
    SharedWork<String, String> reports = new SharedWork<>();
    String report = reports.get("2026-11", () -> "computed once for all who wait");
    // @end
    assertThat(report).startsWith("computed once");
  }

  @Test
  void subprocess() throws Exception {
    // @start region="subprocess"
    Subprocess.Result sorted = Subprocess.run(new ProcessBuilder("sort", "--version"));
    if (sorted.exitValue() != 0) {
      throw new IOException("sort: " + sorted.errors());
    }
    // @end
    assertThat(sorted.output()).contains("sort");
  }

  @Test
  void subprocessUse() throws Exception {
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    // @start region="subprocessUse"
    ProcessBuilder builder = new ProcessBuilder("gzip", "--stdout", "/etc/passwd");
    long sent =
        Subprocess.run(
            builder.redirectError(ProcessBuilder.Redirect.DISCARD),
            process -> process.getInputStream().transferTo(response));
    // @end
    assertThat(sent).isEqualTo(response.size()).isPositive();
  }

  @Test
  void partialFile(@TempDir Path folder) throws Exception {
    InputStream download = new ByteArrayInputStream(new byte[100]);
    Path target = folder.resolve("data.bin");
    // @start region="partialFile"
    long size = PartialFile.write(target, partial -> Files.copy(download, partial));
    // @end
    assertThat(target).hasSize(size);
  }

  @Test
  void observer() throws Exception {
    List<String> log = new CopyOnWriteArrayList<>();
    // @start region="observer"
    RequestObserver observer =
        head ->
            event -> {
              if (event instanceof RequestEvent.Stopped(CancelReport report)) {
                log.add(head.path() + " stopped after " + report.timeToStop());
              }
            };
    // @end
    ObservedRequest request =
        ObservedRequest.begin(observer, RequestHead.of("GET", "/a?b", "HTTP/1.1", "127.0.0.1"));
    try (CancelScope scope = CancelScope.open()) {
      request.follow(scope);
      scope.cancel(new CancelReason.ClientClosed());
    }
    request.ended(OptionalInt.empty(), Optional.empty());
    Await.until(() -> !log.isEmpty());
    assertThat(log.getFirst()).startsWith("/a stopped after PT");
  }
}
