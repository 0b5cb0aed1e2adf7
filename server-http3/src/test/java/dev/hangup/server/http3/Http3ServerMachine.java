package dev.hangup.server.http3;

import dev.hangup.server.ServerMachine;
import java.io.IOException;

/// A program: a [ServerMachine] that speaks HTTP/3, too.
final class Http3ServerMachine {
  static final int PORT = 8443; // the machine is its own: nobody else has it

  private Http3ServerMachine() {}

  public static void main(String[] arguments) throws IOException {
    ServerMachine.serve(arguments, o -> o.withEngine(Http3.onPort(PORT)));
  }
}
