package dev.hangup.lab;

import cats.effect.IO;
import cats.effect.unsafe.IORuntime;
import java.net.URI;
import org.http4s.EntityDecoder;
import org.http4s.client.Client;
import org.http4s.ember.client.EmberClientBuilder;
import scala.Function0;
import scala.Tuple2;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;
import scala.runtime.BoxedUnit;

/// http4s's Ember: the fiber that asks is cancelled. Of Scala's types of types Java knows the
/// outermost alone.
@SuppressWarnings({"rawtypes", "unchecked"})
final class Http4sClient implements dev.hangup.lab.Client {
  private final Client<IO> client;
  private final IO<BoxedUnit> closing;

  Http4sClient() throws ReflectiveOperationException {
    EmberClientBuilder<IO> builder = Http4s.builder(EmberClientBuilder.class);
    IO<Tuple2<Client<IO>, IO<BoxedUnit>>> allocated = builder.build().allocated(Http4s.ASYNC);
    Tuple2<Client<IO>, IO<BoxedUnit>> made = allocated.unsafeRunSync(IORuntime.global());
    this.client = made._1();
    this.closing = made._2();
  }

  @Override
  public Call begin(URI uri) {
    IO<byte[]> asking = client.expect(uri.toString(), EntityDecoder.byteArrayDecoder(Http4s.ASYNC));
    Tuple2<Future<byte[]>, Function0<Future<BoxedUnit>>> asked =
        asking.unsafeToFutureCancelable(IORuntime.global());
    return new FutureCall(
        FutureConverters.asJava(asked._1()).toCompletableFuture(),
        () -> {
          var _ = asked._2().apply();
        });
  }

  @Override
  public void close() {
    closing.unsafeRunSync(IORuntime.global());
  }
}
