package dev.hangup.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The code in the javadoc and the guide, run.
class SnippetsTest {
  private static final OrtSession SESSION = MiniLm.SESSION;

  // @start region="wrap"
  private final CancellableSession model = CancellableSession.wrap(SESSION);

  float[] embed(Map<String, OnnxTensor> sentence) throws Exception {
    try (OrtSession.Result result = model.run(sentence)) { // the run ends when the caller hangs up
      return ((float[][][]) result.get(0).getValue())[0][0];
    }
  }

  // @end

  @Test
  void wrap() throws Exception {
    try (MiniLm.Sentences one = MiniLm.sentences(1, 8)) {
      assertThat(embed(one.inputs)).hasSize(384);
    }
  }

  @Test
  void options() throws Exception {
    try (MiniLm.Sentences one = MiniLm.sentences(1, 8)) {
      Map<String, OnnxTensor> inputs = one.inputs;
      // @start region="options"
      OrtSession.Result result =
          model.run((session, options) -> {
            options.setRunTag("search");
            return session.run(inputs, options);
          });
      // @end
      assertThat(MiniLm.vector(result)).hasSize(384);
      result.close();
    }
  }
}
