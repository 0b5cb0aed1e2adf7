package dev.hangup.demo;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.hangup.onnx.CancellableSession;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The sentence model all-MiniLM-L6-v2.
///
/// **Cancellation**: the run that is under way ends, and no other begins.
final class MiniLm {
  private static final String MODEL = "/all-minilm-l6-v2.onnx";
  private static final int BATCH = 8; // pieces that are read at once
  private static final int DIMENSIONS = 384;
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final CancellableSession session;
  private final WordPieces words;

  private MiniLm(CancellableSession session, WordPieces words) {
    this.session = session;
    this.words = words;
  }

  static MiniLm load() throws IOException, OrtException {
    try (InputStream model = MiniLm.class.getResourceAsStream(MODEL);
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      if (model == null) {
        throw new FileNotFoundException("resource: " + MODEL + " (not on the class path)");
      }
      options.setIntraOpNumThreads(1); // on the thread that asks
      return new MiniLm(
          CancellableSession.wrap(ENVIRONMENT.createSession(model.readAllBytes(), options)),
          WordPieces.load());
    }
  }

  /// What a text is about: the mean over all of its words, of length 1.
  float[] embed(String text) throws OrtException {
    List<long[]> pieces = words.pieces(text);
    float[] sum = new float[DIMENSIONS];
    for (int i = 0; i < pieces.size(); i += BATCH) {
      add(sum, pieces.subList(i, Math.min(i + BATCH, pieces.size())));
    }
    double squares = 0;
    for (float number : sum) {
      squares += number * number;
    }
    for (int i = 0; i < DIMENSIONS; i++) {
      sum[i] /= (float) Math.sqrt(squares);
    }
    return sum;
  }

  private void add(float[] sum, List<long[]> pieces) throws OrtException {
    int longest = pieces.stream().mapToInt(piece -> piece.length).max().orElseThrow();
    long[][] ids = new long[pieces.size()][];
    long[][] mask = new long[pieces.size()][longest];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Arrays.copyOf(pieces.get(i), longest);
      Arrays.fill(mask[i], 0, pieces.get(i).length, 1);
    }
    try (OnnxTensor input = OnnxTensor.createTensor(ENVIRONMENT, ids);
        OnnxTensor attention = OnnxTensor.createTensor(ENVIRONMENT, mask);
        OnnxTensor types = OnnxTensor.createTensor(ENVIRONMENT, new long[ids.length][longest]);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", attention, "token_type_ids", types))) {
      float[][][] vectors = (float[][][]) result.get(0).getValue();
      for (int i = 0; i < ids.length; i++) {
        for (int word = 0; word < pieces.get(i).length; word++) {
          for (int k = 0; k < DIMENSIONS; k++) {
            sum[k] += vectors[i][word][k];
          }
        }
      }
    }
  }
}
