package dev.hangup.bench;

/// Who is measured: a column of the table, and in each benchmark the name of a method.
enum Contestant {
  HANGUP("hangup", "Hangup"),
  GRPC("grpc", "gRPC `Context`"),
  COMPLETABLE_FUTURE("completableFuture", "`CompletableFuture`"),
  KOTLIN("kotlin", "Kotlin `Job`"),
  JDK_THREADS("jdkThreads", "JDK threads"),
  JDK_EXECUTOR("jdkExecutor", "JDK executor");

  final String method;
  final String title;

  Contestant(String method, String title) {
    this.method = method;
    this.title = title;
  }

  static Contestant ofMethod(String name) {
    for (Contestant contestant : values()) {
      if (contestant.method.equals(name)) {
        return contestant;
      }
    }
    throw new IllegalArgumentException(
        "benchmark method: " + name + " (expected: a contestant's name)");
  }
}
