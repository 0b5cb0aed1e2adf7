package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpSilenceTest {
  @ParameterizedTest
  @CsvSource({
    "10_000, 9_999, 9, false", "10_000, 10_000, 9, true", "10_000, 10_000, 5, true",
    "10_000, 10_000, 4, false", "10_000, 59_999, 4, false", "10_000, 60_000, 2, true",
    "10_000, 120_000, 1, false", "3_000, 3_000, 2, true", "3_000, 3_000, 1, false",
    "3_000, 2_999, 5, false", "1_000, 1_000, 1, false", "1_000, 2_000, 2, true",
    "60_000, 60_000, 5, true", "60_000, 60_000, 2, true", "3_600_000, 3_599_999, 59, false",
    "3_600_000, 3_600_000, 59, true"
  })
  void silenceAndProbesTogetherMeanGone(String limit, String millis, int probes, boolean gone) {
    TcpSilence silence = TcpSilence.NONE.then(number(millis), probes, 0);
    assertThat(silence.meansGone(number(limit), 0)).isEqualTo(gone);
  }

  private static long number(String text) {
    return Long.parseLong(text.replace("_", ""));
  }

  @Test
  void probesAndRetransmissionsOfOneSilenceAddUp() {
    TcpSilence silence = TcpSilence.NONE.then(900, 0, 0).then(3_900, 3, 0).then(9_900, 3, 2);
    assertThat(silence.unanswered(10_000, 700)).isEqualTo(5);
    assertThat(silence.meansGone(10_000, 700)).isFalse();
    assertThat(silence.then(10_900, 3, 2).meansGone(10_000, 700)).isTrue();
  }

  @Test
  void whatIsSentAgainWasSentBefore() {
    TcpSilence silence = TcpSilence.NONE.then(11_000, 0, 4);
    assertThat(silence.meansGone(10_000, 600)).isTrue();
    assertThat(silence.meansGone(10_000, 700)).as("a slow network").isFalse();
  }

  @Test
  void retransmissionsOfAnEarlierSilenceDoNotCount() {
    TcpSilence heard = TcpSilence.NONE.then(9_000, 0, 4).then(100, 0, 4);
    assertThat(heard.unanswered(10_000, 0)).isZero();
    assertThat(heard.then(10_100, 0, 4).meansGone(10_000, 0)).isFalse();
    assertThat(heard.then(10_100, 0, 8).meansGone(10_000, 0)).isTrue();
  }

  @Test
  void acknowledgedDataBeginsTheCountAnew() {
    TcpSilence heard = TcpSilence.NONE.then(9_000, 0, 4).then(100, 0, 0);
    assertThat(heard.then(1_100, 0, 2).unanswered(10_000, 1_000)).isEqualTo(2);
  }

  @Test
  void answerMayBeOnItsWay() {
    TcpSilence silence = TcpSilence.NONE.then(10_700, 9, 0);
    assertThat(silence.meansGone(10_000, 700)).isTrue();
    assertThat(silence.meansGone(10_000, 800)).isFalse();
    assertThat(TcpSilence.NONE.then(20_000, 9, 0).meansGone(10_000, 100_000)).isTrue();
  }

  /// The kernel asks a client that shuts its window less and less often, and is answered.
  @Test
  void windowProbesOfALivingClientAreFew() {
    assertThat(TcpSilence.NONE.then(100_000, 1, 0).meansGone(10_000, 0)).isFalse();
  }

  @Test
  void probesOutliveTheLimit() {
    for (long seconds = 1; seconds <= 3_600; seconds++) {
      assertThat(127 * TcpSilence.probeSeconds(seconds * 1_000)).isGreaterThan((int) seconds);
    }
  }
}
