package dev.hangup.spring;

import dev.hangup.Cancellation;
import dev.hangup.HangUpProbe;
import dev.hangup.Observability;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/// The probe under WebFlux: it blocks, so each request to it has a thread, which the exchange's
/// work carries.
final class ReactiveProbe {
  private static final int CHUNKS = 4; // of a body, that are asked for at once

  private final HangUpProbe probe;

  ReactiveProbe(HangUpProbe probe) {
    this.probe = probe;
  }

  Mono<ServerResponse> answer(ServerRequest request) {
    Cancellation work = request.exchange().getRequiredAttribute(ReactiveHangUpFilter.CANCELLATION);
    return Mono.create(sink -> {
      Told told = new Told(sink);
      Thread.ofVirtual()
          .name("hangup-probe")
          .start(work.wrap(() -> told.ended(() -> probe.answer(call(request, told)))));
    });
  }

  private static HangUpProbe.Call call(ServerRequest request, Told told) {
    return new HangUpProbe.Call(
        ReactiveProtocol.of(request.exchange().getRequest()),
        Optional.of(Observability.FULL),
        request::queryParam,
        name -> Optional.ofNullable(request.headers().firstHeader(name)),
        DataBufferUtils.subscriberInputStream(request.exchange().getRequest().getBody(), CHUNKS),
        told::begin);
  }

  /// An answer, whose head is told once it is known.
  private static final class Told extends OutputStream {
    private final MonoSink<ServerResponse> head;
    private final Sinks.Many<DataBuffer> body = Sinks.many().unicast().onBackpressureBuffer();

    Told(MonoSink<ServerResponse> head) {
      this.head = head;
    }

    OutputStream begin(int status, String contentType, Map<String, String> fields) {
      ServerResponse.BodyBuilder answer =
          ServerResponse.status(status).contentType(MediaType.valueOf(contentType));
      fields.forEach(answer::header);
      answer
          .body((message, _) -> message.writeAndFlushWith(body.asFlux().map(Mono::just)))
          .subscribe(head::success, head::error);
      return this;
    }

    /// Runs what answers.
    void ended(Answering answering) {
      try {
        answering.run();
        body.tryEmitComplete();
      } catch (Exception e) {
        body.tryEmitError(e);
        head.error(e);
      }
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int count) {
      byte[] copy = Arrays.copyOfRange(source, from, from + count);
      body.tryEmitNext(DefaultDataBufferFactory.sharedInstance.wrap(copy));
    }
  }

  /// What answers.
  @FunctionalInterface
  private interface Answering {
    void run() throws Exception;
  }
}
