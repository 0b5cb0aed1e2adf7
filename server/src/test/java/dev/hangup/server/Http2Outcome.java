package dev.hangup.server;

import java.io.IOException;
import java.net.SocketException;

/// What an HTTP/2 client sees of what it said.
sealed interface Http2Outcome {
  record StreamError(int code) implements Http2Outcome {}

  record GoAway(int code) implements Http2Outcome {}

  record Answered(int status) implements Http2Outcome {}

  record Ignored() implements Http2Outcome {}

  /// Waits until the server has read all that was said. A whole answer counts on stream 1 alone:
  /// others were answered before.
  static Http2Outcome of(Http2Peer peer, int stream) throws IOException {
    try {
      peer.awaitPong();
    } catch (SocketException _) {
      peer.awaitEnd();
    }
    Http2Peer.Answer answer = peer.answer(stream);
    if (peer.goAway() != Http2Peer.NONE) {
      peer.awaitEnd();
      return new GoAway(peer.goAway());
    }
    if (answer.status() > 0 && stream == 1) {
      return new Answered(peer.await(stream).status());
    }
    return answer.reset == Http2Peer.NONE ? new Ignored() : new StreamError(answer.reset);
  }
}
