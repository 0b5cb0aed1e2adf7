package dev.hangup.lab.servers;

import io.ktor.server.application.Application;
import io.ktor.server.application.ApplicationCallPipeline;
import io.ktor.server.application.ApplicationPluginKt;
import io.ktor.server.application.PipelineCall;
import io.ktor.server.engine.ApplicationEngine;
import io.ktor.server.engine.ApplicationEngineFactory;
import io.ktor.server.engine.EmbeddedServer;
import io.ktor.server.engine.EmbeddedServerKt;
import io.ktor.server.http.HttpRequestLifecycleKt;
import io.ktor.server.request.ApplicationRequestPropertiesKt;
import io.ktor.server.response.ApplicationResponseFunctionsKt;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlinx.coroutines.future.FutureKt;

/// Ktor with its plugin `HttpRequestLifecycle`, which cancels a call whose connection is closed.
/// Its handler waits for a future, as a coroutine does for what it called: the cancel reaches the
/// future. Work alone, no streams; from Java, so that the build needs no second language.
final class KtorServer {
  private KtorServer() {}

  static <E extends ApplicationEngine, C extends ApplicationEngine.Configuration> void serve(
      ApplicationEngineFactory<E, C> factory) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(Listening.host()))) {
      port = free.getLocalPort();
    }
    EmbeddedServer<?, ?> server =
        EmbeddedServerKt.embeddedServer(
            factory, port, Listening.host(), List.of(), KtorServer::install);
    var _ = server.start(false);
    Listening.version(factory.getClass());
    Listening.say("h1", "http", port);
  }

  private static Unit install(Application application, Continuation<? super Unit> unused) {
    var _ =
        ApplicationPluginKt.install(
            application,
            HttpRequestLifecycleKt.getHttpRequestLifecycle(),
            configuration -> {
              configuration.setCancelCallOnClose(true);
              return Unit.INSTANCE;
            });
    application.intercept(
        ApplicationCallPipeline.ApplicationPhase.getCall(),
        (context, _, continuation) -> handle(context.getContext(), continuation));
    return Unit.INSTANCE;
  }

  private static Object handle(PipelineCall call, Continuation<? super Unit> continuation) {
    int port = call.getRequest().getLocal().getRemotePort();
    Work work = Work.begin(ApplicationRequestPropertiesKt.path(call.getRequest()), port);
    CompletableFuture<String> future = new CompletableFuture<>();
    var _ =
        future.whenComplete((_, failure) -> {
          if (failure != null) {
            Ticking.tell(work, failure.getClass().getSimpleName());
          }
        });
    Ticking.start(work, () -> {}, () -> future.complete("done"));
    return FutureKt.await(
        future,
        new Continuation<String>() {
          @Override
          public CoroutineContext getContext() {
            return continuation.getContext();
          }

          @Override
          public void resumeWith(Object result) {
            Object answered =
                result instanceof String text ? respond(call, text, continuation) : result;
            if (answered != IntrinsicsKt.getCOROUTINE_SUSPENDED()) {
              resume(continuation, answered);
            }
          }
        });
  }

  private static Object respond(
      PipelineCall call, String text, Continuation<? super Unit> continuation) {
    return ApplicationResponseFunctionsKt.respondText(
        call, text, null, null, _ -> Unit.INSTANCE, continuation);
  }

  private static void resume(Continuation<? super Unit> continuation, Object result) {
    continuation.resumeWith(result);
  }
}
