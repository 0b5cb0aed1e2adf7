package dev.hangup.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.CancelReason;
import dev.hangup.CancelledException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The hand-over alone, without a connection.
class RequestBodyTest {
  private final ReadAhead readAhead = new ReadAhead(1 << 20, 1 << 20);
  private final AtomicInteger consumed = new AtomicInteger();
  private final AtomicInteger firstReads = new AtomicInteger();
  private final RequestBody body =
      new RequestBody(
          readAhead, Long.MAX_VALUE, consumed::incrementAndGet, firstReads::incrementAndGet);
  private final List<ByteBuf> offered = new ArrayList<>();

  private void offer(String text) {
    ByteBuf chunk = Unpooled.copiedBuffer(text, UTF_8);
    offered.add(chunk);
    body.offer(chunk);
  }

  private void assertAllReleased() {
    assertThat(offered).allMatch(chunk -> chunk.refCnt() == 0);
    assertThat(readAhead.held()).isZero();
    assertThat(body.unread()).isZero();
  }

  @Test
  void bytesComeOutAsTheyCameIn() throws IOException {
    offer("ab");
    offer("c".repeat(5000));
    offer("d");
    offer("");
    offer("e".repeat(2000));
    body.complete();
    assertThat(readAhead.held()).isEqualTo(7003);
    assertThat(body.available()).isEqualTo(7003);
    assertThat(body.read()).isEqualTo('a');
    assertThat(body.readAllBytes())
        .asString(UTF_8)
        .isEqualTo("b" + "c".repeat(5000) + "d" + "e".repeat(2000));
    assertThat(body.read()).isEqualTo(-1);
    assertAllReleased();
  }

  @Test
  void readerIsReportedToTheLoop() throws IOException {
    offer("ab");
    body.readNBytes(2);
    assertThat(firstReads).hasValue(1);
    assertThat(consumed.get()).isPositive();
  }

  @Test
  void completeBodyNeedsNoContinue() throws IOException {
    offer("ab");
    body.complete();
    body.readAllBytes();
    assertThat(firstReads).hasValue(0);
  }

  @Test
  void millionsOfSmallChunksAreGathered() throws IOException {
    for (int i = 0; i < 10_000; i++) {
      offer("x");
    }
    assertThat(offered.stream().filter(chunk -> chunk.refCnt() > 0)).hasSizeLessThanOrEqualTo(1);
    body.complete();
    assertThat(body.readAllBytes()).hasSize(10_000).containsOnly('x');
    assertAllReleased();
  }

  @Test
  void gatheringGoesOnBehindTheReader() throws IOException {
    StringBuilder sent = new StringBuilder();
    StringBuilder read = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      String text = Integer.toString(i).repeat(i % 600);
      offer(text);
      sent.append(text);
      read.append(new String(body.readNBytes(Math.min(body.available(), i % 700)), UTF_8));
    }
    body.complete();
    read.append(new String(body.readAllBytes(), UTF_8));
    assertThat(read).hasToString(sent.toString());
    assertAllReleased();
  }

  @Test
  void failedBodyHandsOutNothing() {
    offer("ab");
    body.fail(() -> new CancelledException(new CancelReason.ClientClosed()));
    assertThatThrownBy(body::read).isInstanceOf(CancelledException.class);
    assertThatThrownBy(body::readAllBytes).isInstanceOf(CancelledException.class);
    offer("c");
    body.discard();
    assertAllReleased();
  }

  @Test
  void completeBodyDoesNotFail() throws IOException {
    offer("ab");
    body.complete();
    body.fail(() -> new CancelledException(new CancelReason.ClientClosed()));
    assertThat(body.readAllBytes()).asString(UTF_8).isEqualTo("ab");
  }

  @Test
  void discardReleasesWhatIsLeftAndWhatComes() {
    offer("ab");
    body.discard();
    offer("c");
    assertAllReleased();
    assertThatThrownBy(body::read)
        .isInstanceOf(IOException.class)
        .hasMessage("the request is over");
  }

  @Test
  void discardTwiceReleasesOnce() {
    offer("ab");
    body.discard();
    body.discard();
    assertAllReleased();
  }
}
