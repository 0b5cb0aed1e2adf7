package dev.hangup.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// The sentence model all-MiniLM-L6-v2, loaded once, and sentences for it.
final class MiniLm {
  static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();
  static final OrtSession SESSION = load();

  private static final int WORDS = 30_000;

  private MiniLm() {}

  private static OrtSession load() {
    String name = "/all-minilm-l6-v2.onnx";
    try (InputStream model = MiniLm.class.getResourceAsStream(name);
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return ENVIRONMENT.createSession(Objects.requireNonNull(model, name).readAllBytes(), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Sentences of so many words.
  static Sentences sentences(int count, int words) throws OrtException {
    return new Sentences(count, words);
  }

  /// What a run computes from the sentences, as one vector.
  static float[] vector(OrtSession.Result result) throws OrtException {
    return ((float[][][]) result.get(0).getValue())[0][0];
  }

  /// The three tensors that the model takes, and their end.
  static final class Sentences implements AutoCloseable {
    final Map<String, OnnxTensor> inputs;

    private Sentences(int count, int words) throws OrtException {
      long[][] ids = new long[count][words];
      for (int i = 0; i < count; i++) {
        int sentence = i;
        ids[i] = IntStream.range(0, words).mapToLong(word -> word(sentence, word)).toArray();
      }
      long[][] ones = new long[count][words];
      for (long[] row : ones) {
        java.util.Arrays.fill(row, 1);
      }
      inputs =
          Map.of(
              "input_ids", OnnxTensor.createTensor(ENVIRONMENT, ids),
              "attention_mask", OnnxTensor.createTensor(ENVIRONMENT, ones),
              "token_type_ids", OnnxTensor.createTensor(ENVIRONMENT, new long[count][words]));
    }

    private static long word(int sentence, int position) {
      return 1 + (sentence * 7919L + position * 104_729L) % WORDS;
    }

    @Override
    public void close() {
      inputs.values().forEach(OnnxTensor::close);
    }
  }
}
