/// Calls of OkHttp that stop with the current work: [dev.hangup.client.okhttp.CancellableOkHttp].
package dev.hangup.client.okhttp;
