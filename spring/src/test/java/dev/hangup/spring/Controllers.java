package dev.hangup.spring;

import static dev.hangup.spring.Service.SEEN;

import dev.hangup.Cancellation;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// Controllers as people write them.
final class Controllers {
  private Controllers() {}

  @RestController
  static class Plain {
    @GetMapping("/get/{id}")
    String get() throws InterruptedException {
      return Service.workForEver();
    }

    @PostMapping("/post")
    String post() {
      return Service.workToTheEnd();
    }

    @Cancellable
    @PostMapping("/cancellable")
    String cancellable() throws InterruptedException {
      return Service.workForEver();
    }

    @Uncancellable
    @GetMapping("/uncancellable")
    String uncancellable() {
      return Service.workToTheEnd();
    }

    // @start region="argument"
    @GetMapping("/sum")
    String sum(Cancellation cancellation) {
      long sum = 0;
      for (long i = 0; i < Long.MAX_VALUE; i++) {
        if (i % 1_000 == 0) {
          cancellation.check(); // throws once nobody waits any more
        }
        sum += i;
      }
      return "" + sum;
    }

    // @end

    @GetMapping("/argument")
    String argument(Cancellation cancellation) throws InterruptedException {
      cancellation.onCancel(SEEN::add);
      SEEN.add("arrived");
      new CountDownLatch(1).await();
      return "never";
    }

    @GetMapping("/wrapping")
    String wrapping() {
      try {
        return Service.workForEver();
      } catch (InterruptedException e) {
        throw new IllegalStateException("report failed", e);
      }
    }

    @GetMapping("/failing")
    String failing() {
      throw new IllegalStateException("report failed");
    }

    @GetMapping("/answer")
    String answer(Cancellation cancellation) {
      cancellation.onCancel(SEEN::add);
      return "!";
    }

    @GetMapping("/ping")
    String ping() {
      return "!";
    }
  }

  @RestController
  static class Asynchronous {
    private final Service service;

    Asynchronous(Service service) {
      this.service = service;
    }

    @GetMapping("/callable")
    Callable<String> callable() {
      return Service::workForEver;
    }

    @GetMapping("/task")
    WebAsyncTask<String> task() {
      return new WebAsyncTask<>(60_000L, Service::workForEver);
    }

    @GetMapping("/stream")
    StreamingResponseBody stream() {
      return Asynchronous::write;
    }

    @PostMapping("/stream-entity")
    ResponseEntity<StreamingResponseBody> streamEntity() {
      return ResponseEntity.ok(Asynchronous::write);
    }

    private static void write(java.io.OutputStream out) throws java.io.IOException {
      out.write("begun".getBytes(StandardCharsets.UTF_8));
      out.flush();
      try {
        Service.workForEver();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @GetMapping("/deferred")
    DeferredResult<String> deferred() {
      DeferredResult<String> result = new DeferredResult<>(60_000L);
      result.onError(failure -> SEEN.add("error: " + failure.getMessage()));
      result.onCompletion(() -> SEEN.add("completed"));
      SEEN.add("arrived");
      return result;
    }

    @PostMapping("/sse")
    SseEmitter sse(HttpServletResponse response) throws Exception {
      SseEmitter emitter = new SseEmitter(0L);
      emitter.onCompletion(() -> SEEN.add("completed"));
      emitter.send("first");
      SEEN.add("arrived");
      return emitter;
    }

    @GetMapping("/async")
    String async() throws Exception {
      try {
        return service.async().get(30, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    @GetMapping("/after")
    String after(HttpServletResponse response) throws Exception {
      CountDownLatch answered = new CountDownLatch(1);
      service.afterTheAnswer(answered);
      Thread.ofVirtual()
          .start(() -> {
            SEEN.add("answering");
            answered.countDown();
          });
      return "!";
    }
  }

  @RestControllerAdvice
  static class Advice {
    @ExceptionHandler
    String failed(Exception failure) {
      SEEN.add("handler: " + failure.getMessage());
      return "handled";
    }
  }
}
