/// ONNX Runtime sessions whose runs stop with the work that waits for them.
///
/// One package, [dev.hangup.onnx][dev.hangup.onnx/].
@org.jspecify.annotations.NullMarked
module dev.hangup.onnx {
  requires transitive com.microsoft.onnxruntime;
  requires dev.hangup;
  requires static org.jspecify;

  exports dev.hangup.onnx;
}
