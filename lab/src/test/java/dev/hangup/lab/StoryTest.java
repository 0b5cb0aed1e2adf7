package dev.hangup.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Captures, written byte by byte, and what is told of them.
class StoryTest {
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int RST = 4;
  private static final int ACK = 16;

  @TempDir Path folder;

  /// Writes a capture of packets over Ethernet, as tcpdump does on a little-endian machine.
  private static final class Packets {
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private int micros;

    Packets() {
      ByteBuffer head = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
      head.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
      file.writeBytes(head.putInt(2_000).putInt(1).array());
    }

    Packets add(int from, int to, int sequence, int flags, byte[] payload) {
      int length = 14 + 20 + 20 + payload.length;
      micros += 1_000;
      ByteBuffer head = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      file.writeBytes(head.putInt(1).putInt(micros).putInt(length).putInt(length).array());
      ByteBuffer packet = ByteBuffer.allocate(length);
      packet.position(12).putShort((short) 0x0800);
      packet.put((byte) 0x45).put((byte) 0).putShort((short) (40 + payload.length));
      packet.putInt(0).put((byte) 64).put((byte) 6).putShort((short) 0);
      packet.putInt(0x7f000001).putInt(0x7f000001);
      packet.putShort((short) from).putShort((short) to).putInt(sequence).putInt(0);
      packet.put((byte) 0x50).put((byte) flags).putShort((short) 0).putInt(0).put(payload);
      file.writeBytes(packet.array());
      return this;
    }

    Packets add(int from, int to, int sequence, int flags, String text) {
      return add(from, to, sequence, flags, text.getBytes(ISO_8859_1));
    }

    Story story(Path folder) throws IOException {
      return Story.of(Pcap.read(Files.write(folder.resolve("x.pcap"), file.toByteArray())));
    }
  }

  private static byte[] frame(int type, int flags, int stream, int... payload) {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) 0).putShort((short) payload.length).put((byte) type).put((byte) flags);
    frame.putInt(stream);
    for (int one : payload) {
      frame.put((byte) one);
    }
    return frame.array();
  }

  @Test
  void whoSentFinAndRstThroughAProxyIsTold() throws IOException {
    String request = "GET /work HTTP/1.1\r\nHost: x\r\n\r\n";
    Story story =
        new Packets()
            .add(5000, 80, -1, SYN, "")
            .add(80, 5000, 9, SYN | ACK, "")
            .add(5000, 80, 0, ACK, request)
            .add(6000, 81, 50, SYN, "")
            .add(6000, 81, 51, ACK, request)
            .add(5000, 80, request.length(), FIN | ACK, "")
            .add(6000, 81, 51 + request.length(), FIN | ACK, "")
            .add(81, 6000, 70, RST, "")
            .add(7000, 81, 1, ACK, "of a connection whose beginning was not seen")
            .story(folder);
    assertThat(story.parties()).containsExactly("client", "port 80", "port 81");
    assertThat(story.events())
        .extracting(event -> event.from() + ">" + event.to() + " " + event.text())
        .containsExactly(
            "0>1 SYN",
            "1>0 SYN, ACK",
            "0>1 GET /work",
            "1>2 SYN  (2)",
            "1>2 GET /work  (2)",
            "0>1 FIN",
            "1>2 FIN  (2)",
            "2>1 RST  (2)");
    assertThat(story.events().getLast().nanos()).isEqualTo(7_000_000);
    Cell cell = ReportTest.cell("curl/nginx/hangup/h1/closed", 3);
    assertThat(StoryPage.svg(story, cell)).contains("nginx, port 80", "class=\"ends\"", "7.0 ms");
    String told = (story.began() + 8_000_000) + " t1 told client_closed";
    assertThat(StoryPage.svg(story.with(List.of(told, "t1 step")), cell))
        .contains(">8.0 ms<", ">t1: told client_closed<");
  }

  @Test
  void framesOfHttp2AreToldWhereverSegmentsCutThem() throws IOException {
    byte[] reset = frame(3, 0, 1, 0, 0, 0, 8);
    byte[] goAway = frame(7, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
    String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    String settings = new String(frame(4, 0, 0), ISO_8859_1);
    String headers = new String(frame(1, 5, 1, 0x82), ISO_8859_1);
    String first = preface + settings + headers;
    Story story =
        new Packets()
            .add(5000, 80, 0, SYN, "")
            .add(5000, 80, 1, ACK, first)
            .add(5000, 80, 1 + first.length(), ACK, Arrays.copyOf(reset, 5))
            .add(5000, 80, 6 + first.length(), ACK, Arrays.copyOfRange(reset, 5, reset.length))
            .add(80, 5000, 0, SYN | ACK, "")
            .add(80, 5000, 1, ACK, settings)
            .add(80, 5000, 10, ACK, goAway)
            .story(folder);
    assertThat(story.events())
        .extracting(Story.Event::text)
        .containsExactly(
            "SYN",
            "PRI * HTTP/2.0",
            "SETTINGS",
            "HEADERS stream 1, END_STREAM",
            "RST_STREAM stream 1 CANCEL",
            "SYN, ACK",
            "SETTINGS",
            "GOAWAY NO_ERROR");
  }

  @Test
  void fileThatIsCutOffIsReadAsFarAsItGoes() throws IOException {
    Packets packets = new Packets().add(1, 2, 0, SYN, "").add(2, 1, 0, SYN | ACK, "");
    byte[] whole = packets.file.toByteArray();
    Path file = folder.resolve("cut.pcap");
    for (int length = 24; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(Pcap.read(file)).hasSize((length - 24) / 70);
    }
    Files.writeString(file, "this is no capture at all");
    assertThatThrownBy(() -> Pcap.read(file)).hasMessageContaining("expected: pcap");
  }
}
