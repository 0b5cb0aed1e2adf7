package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import dev.hangup.watch.Ends;
import jakarta.servlet.ServletRequest;
import java.util.Optional;
import java.util.function.Consumer;

/// Of a container that we do not know: the addresses are what it says, true or not, asked at once,
/// as nobody knows what may be asked later.
///
/// @param ends as the Servlet API says
/// @param isMultiplexed whether its connection carries other requests too
record PlainRequest(Optional<Ends> ends, boolean isMultiplexed) implements ContainerRequest {
  static PlainRequest of(ServletRequest request, boolean isMultiplexed) {
    var local = ContainerRequest.address(request.getLocalAddr(), request.getLocalPort());
    var remote = ContainerRequest.address(request.getRemoteAddr(), request.getRemotePort());
    return new PlainRequest(local.flatMap(l -> remote.map(r -> new Ends(l, r))), isMultiplexed);
  }

  @Override
  public boolean isCertain() {
    return false;
  }

  @Override
  public Optional<Registration> onStreamReset(Consumer<? super CancelReason> action) {
    return Optional.empty();
  }
}
