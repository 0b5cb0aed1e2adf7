package dev.hangup.server;

import io.netty.handler.codec.compression.Brotli;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// A way to compress a body, best first: RFC 9110 §8.4.1.
enum ContentCoding {
  /// Where brotli4j and its native library are there: RFC 7932.
  BROTLI("br") {
    @Override
    OutputStream over(OutputStream sink) throws IOException {
      return BrotliStream.over(sink);
    }

    @Override
    boolean isAvailable() {
      return Brotli.isAvailable();
    }
  },
  /// RFC 1952.
  GZIP("gzip") {
    @Override
    OutputStream over(OutputStream sink) throws IOException {
      return new GZIPOutputStream(sink, 8 << 10, true);
    }

    @Override
    boolean isAvailable() {
      return true;
    }
  };

  private static final Pattern WEIGHT =
      Pattern.compile("(?i)q\\s*=\\s*(0(\\.\\d{0,3})?|1(\\.0{0,3})?)");

  private final String token;

  ContentCoding(String token) {
    this.token = token;
  }

  String token() {
    return token;
  }

  /// A stream whose flush hands all that was written to the sink.
  abstract OutputStream over(OutputStream sink) throws IOException;

  abstract boolean isAvailable();

  /// The one that a client likes best, RFC 9110 §12.5.3.
  ///
  /// @param accepted the value of `Accept-Encoding`
  /// @return null where the body is better sent as it is
  static @Nullable ContentCoding best(String accepted) {
    Map<String, Double> weights = weights(accepted);
    double any = weights.getOrDefault("*", 0.0);
    double most = weights.getOrDefault("identity", 0.0);
    ContentCoding best = null;
    for (ContentCoding coding : values()) {
      double weight = weights.getOrDefault(coding.token, any);
      boolean better = best == null ? weight >= most : weight > most;
      if (weight > 0 && better && coding.isAvailable()) {
        best = coding;
        most = weight;
      }
    }
    return best;
  }

  private static Map<String, Double> weights(String accepted) {
    Map<String, Double> weights = new HashMap<>();
    for (String item : accepted.split(",", -1)) {
      String[] parts = item.split(";", -1);
      String name = parts[0].strip().toLowerCase(Locale.ROOT);
      double weight = parts.length == 1 ? 1 : parts.length == 2 ? weight(parts[1].strip()) : 0;
      weights.merge(name.equals("x-gzip") ? "gzip" : name, weight, Math::max);
    }
    return weights;
  }

  /// What is malformed is not accepted.
  private static double weight(String parameter) {
    boolean valid = WEIGHT.matcher(parameter).matches();
    return valid ? Double.parseDouble(parameter.substring(parameter.indexOf('=') + 1).strip()) : 0;
  }
}
