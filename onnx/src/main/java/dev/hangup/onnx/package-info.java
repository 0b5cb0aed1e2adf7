/// A running ONNX Runtime session stops with the current work:
/// [dev.hangup.onnx.CancellableSession].
package dev.hangup.onnx;
