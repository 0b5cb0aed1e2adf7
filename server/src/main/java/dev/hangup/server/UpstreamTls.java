package dev.hangup.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// TLS towards an upstream, whose certificate must be for its name.
final class UpstreamTls {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private UpstreamTls() {}

  static SslContext of(ReverseProxyOptions options) {
    List<String> offered =
        switch (options.protocol()) {
          case AUTO -> List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
          case HTTP_1_1 -> List.of(ApplicationProtocolNames.HTTP_1_1);
          case HTTP_2 -> List.of(ApplicationProtocolNames.HTTP_2);
        };
    SSLContext chosen = options.tls();
    return new JdkSslContext(
        chosen == null ? jdks() : chosen,
        true,
        Http2SecurityUtil.CIPHERS,
        SupportedCipherSuiteFilter.INSTANCE,
        new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            offered),
        ClientAuth.NONE,
        VERSIONS,
        false);
  }

  private static SSLContext jdks() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }

  static SslHandler newHandler(
      SslContext context, ByteBufAllocator allocator, UpstreamAddress address) {
    SslHandler handler = context.newHandler(allocator, address.host(), address.port());
    SSLParameters parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 9110 §4.3.4
    handler.engine().setSSLParameters(parameters);
    handler.setHandshakeTimeoutMillis(0); // the time to connect is for all of it
    return handler;
  }
}
