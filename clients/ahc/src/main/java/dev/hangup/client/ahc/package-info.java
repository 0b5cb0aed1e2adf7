/// Calls of AsyncHttpClient that stop with the current work:
/// [dev.hangup.client.ahc.CancellableAsyncHttpClient].
package dev.hangup.client.ahc;
