package dev.hangup.demo;

import ai.onnxruntime.OrtException;
import dev.hangup.server.Handler;
import dev.hangup.server.HttpException;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// `GET /embed?text=…&times=20000`: a neural network reads the text, so many times over, and says
/// in 384 numbers what it is about. `POST` does the same with its body, as it is.
///
/// It computes in native code, which no interrupt would stop.
final class Embedding implements Handler {
  private static final String TEXT = "When the caller hangs up, the work stops. ";
  private static final int LONGEST = 1 << 20;

  private @Nullable MiniLm model; // guarded by this; loaded when first asked for

  @Override
  public void handle(Request request, Response response) throws IOException, OrtException {
    String text = request.method().equals("POST") ? body(request) : repeated(request);
    if (text.isBlank()) {
      throw new HttpException(400, "text: blank (expected: some words)");
    }
    float[] vector = model().embed(text);
    response.json(
        Json.text(json -> {
          json.writeStartArray();
          for (float number : vector) {
            json.writeNumber(number);
          }
          json.writeEndArray();
        }));
  }

  private static String repeated(Request request) {
    String text = request.query("text").orElse(TEXT);
    int times = request.query("times", 20_000, 1, LONGEST);
    if ((long) text.length() * times > LONGEST) {
      throw new HttpException(
          400, "times: " + times + " (expected: at most " + LONGEST + " characters in all)");
    }
    return text.repeat(times);
  }

  private static String body(Request request) throws IOException {
    byte[] body = request.body().readNBytes(LONGEST + 1);
    if (body.length > LONGEST) {
      throw new HttpException(413, "body: longer than " + LONGEST + " bytes");
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private synchronized MiniLm model() throws IOException, OrtException {
    MiniLm loaded = model;
    if (loaded == null) {
      loaded = MiniLm.load();
      model = loaded;
    }
    return loaded;
  }
}
