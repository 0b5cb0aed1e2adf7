package dev.hangup.lab.servers;

import cats.data.Kleisli;
import cats.effect.IO;
import cats.effect.kernel.Resource;
import cats.effect.unsafe.IORuntime;
import com.comcast.ip4s.Host;
import com.comcast.ip4s.Port;
import dev.hangup.lab.Http4s;
import fs2.Chunk;
import fs2.Stream;
import java.util.concurrent.TimeUnit;
import org.http4s.Request;
import org.http4s.Response;
import org.http4s.ember.server.EmberServerBuilder;
import org.http4s.server.Server;
import scala.Option;
import scala.Tuple2;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag;
import scala.runtime.BoxedUnit;

/// http4s's Ember, whose handler is a fiber, told by its cancel; a stream, by its end. From Java,
/// so that the build needs no second language: of Scala's types of types Java knows the outermost
/// alone.
@SuppressWarnings({"rawtypes", "unchecked"})
final class Http4sServer {
  private static final Chunk<Object> PIECE = Chunk.array(Work.PIECE, ClassTag.Byte());
  private static final int DOWNLOAD_PIECES = Work.DOWNLOAD / Work.PIECE.length;

  private Http4sServer() {}

  static void serve() throws Exception {
    EmberServerBuilder<IO> builder = Http4s.builder(EmberServerBuilder.class);
    Resource<IO, Server> resource =
        builder
            .withHost(Host.fromString(Listening.host()).get())
            .withPort(Port.fromInt(0).get())
            .withHttp2()
            .withHttpApp(new Kleisli<>(Http4sServer::handle))
            .build();
    IO<Tuple2<Server, IO<BoxedUnit>>> allocated = resource.allocated(Http4s.ASYNC);
    Server server = allocated.unsafeRunSync(IORuntime.global())._1();
    Listening.version(EmberServerBuilder.class);
    Listening.cleartext(server.address().getPort());
  }

  private static IO<Response<IO>> handle(Request<IO> request) {
    Option<Port> known = request.remotePort(); // not over HTTP/2
    int port = known.isDefined() ? known.get().value() : 0;
    IO<Work> begun = IO.delay(() -> Work.begin(request.uri().path().renderString(), port));
    return begun.flatMap(work -> work.isStream() ? IO.pure(answer(stream(work))) : work(work));
  }

  private static IO<Response<IO>> work(Work work) {
    return steps(work)
        .onCancel(tell(work, "cancel"))
        .map(_ -> {
          if (work.isDownload()) {
            return answer(download(work));
          }
          work.ended();
          return answer(Stream.chunk(Chunk.array(work.answer(), ClassTag.Byte())));
        });
  }

  private static IO<BoxedUnit> steps(Work work) {
    return IO.delay(work::step).flatMap(more -> more ? pause().flatMap(_ -> steps(work)) : done());
  }

  private static IO<BoxedUnit> pause() {
    return IO.sleep(new FiniteDuration(Work.STEP_MILLIS, TimeUnit.MILLISECONDS));
  }

  private static IO<BoxedUnit> done() {
    return IO.pure(BoxedUnit.UNIT);
  }

  private static IO<BoxedUnit> tell(Work work, String how) {
    return IO.delay(() -> {
      Ticking.tell(work, how);
      return BoxedUnit.UNIT;
    });
  }

  private static Stream<IO, Object> stream(Work work) {
    Stream<IO, Object> pieces =
        Stream.unfoldChunkEval(
            0,
            piece ->
                (piece == 0 ? done() : pause())
                    .map(_ -> {
                      if (!work.step()) {
                        work.ended();
                        return Option.empty();
                      }
                      work.wrote();
                      return Option.apply(new Tuple2<>(PIECE, piece + 1));
                    }));
    return pieces.onFinalizeCase(_ -> tell(work, "end"), Http4s.ASYNC);
  }

  /// What it has handed over it says once: the pieces that were asked of it.
  private static Stream<IO, Object> download(Work work) {
    int[] written = new int[1];
    Stream<IO, Object> pieces =
        Stream.unfoldChunkEval(
            0,
            piece ->
                IO.delay(() -> {
                  written[0] = piece * Work.PIECE.length;
                  if (piece < DOWNLOAD_PIECES) {
                    return Option.apply(new Tuple2<>(PIECE, piece + 1));
                  }
                  work.wrote(written[0]);
                  work.ended();
                  return Option.empty();
                }));
    return pieces.onFinalizeCase(
        _ ->
            IO.delay(() -> {
              if (!work.isOver()) {
                work.wrote(written[0]);
                Ticking.tell(work, "end");
              }
              return BoxedUnit.UNIT;
            }),
        Http4s.ASYNC);
  }

  private static Response<IO> answer(Stream<IO, Object> body) {
    Response<IO> empty =
        Response.apply(
            Response.apply$default$1(),
            Response.apply$default$2(),
            Response.apply$default$3(),
            (Stream) Response.apply$default$4(),
            Response.apply$default$5());
    return (Response<IO>) empty.withBodyStream(body);
  }
}
