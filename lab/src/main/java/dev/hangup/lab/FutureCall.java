package dev.hangup.lab;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// A request whose answer is a future, and which is given up by its library's own means.
///
/// @param answer fails where none comes
/// @param leaving what gives it up
record FutureCall(Future<?> answer, Runnable leaving) implements Client.Call {
  @Override
  public void leave() {
    leaving.run();
  }

  @Override
  public void awaitAnswer() throws Exception {
    answer.get(20, TimeUnit.SECONDS);
  }
}
