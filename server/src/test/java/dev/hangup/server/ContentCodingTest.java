package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9110 §12.5.3.
class ContentCodingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                              | -",
        "gzip                            | gzip",
        "GZIP                            | gzip",
        "x-gzip                          | gzip",
        "br                              | br",
        "gzip, deflate, br, zstd         | br",
        "gzip;q=1.0, br;q=0.9            | gzip",
        "br;q=0, gzip;q=0.001            | gzip",
        "gzip;q=0                        | -",
        "gzip;q=0.0, *                   | br",
        "*                               | br",
        "*;q=0                           | -",
        "br;q=0, *;q=0.5                 | gzip",
        "identity                        | -",
        "identity, gzip;q=0.5            | -",
        "identity;q=0.5, gzip            | gzip",
        "identity, gzip                  | gzip",
        "identity;q=0                    | -",
        "identity;q=0, gzip;q=0.1        | gzip",
        "deflate, compress, zstd         | -",
        "gzip ; q = 0.5                  | gzip",
        "gzip;q=2                        | -",
        "gzip;q=0.1234                   | -",
        "gzip;q=x                        | -",
        "gzip;q=NaN                      | -",
        "gzip;a=b;q=1                    | -",
        "gzipped, brotli                 | -",
        ",,gzip,                         | gzip"
      })
  void bestIsWhatTheClientLikesBest(String accepted, String expected) {
    ContentCoding best = ContentCoding.best(accepted);
    assertThat(best == null ? "-" : best.token()).isEqualTo(expected);
  }
}
