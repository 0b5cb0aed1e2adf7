package dev.hangup.servlet;

import dev.hangup.CancelPolicy;
import dev.hangup.testkit.CancellationContract.Endpoint;
import dev.hangup.testkit.CancellationContract.Running;
import dev.hangup.testkit.Protocol;
import jakarta.servlet.Servlet;
import java.util.Map;

/// A servlet container, with a servlet behind a filter, on a free loopback port.
@FunctionalInterface
interface Container {
  Running start(Servlet servlet, HangUpFilter filter, Protocol protocol) throws Exception;

  /// Serves the contract's endpoints. Each is interrupted, whatever its method.
  default Running serve(Map<String, Endpoint> endpoints, Protocol protocol) throws Exception {
    HangUpFilter filter = HangUpFilter.create(o -> o.withPolicy(_ -> CancelPolicy.INTERRUPT));
    return start(new ContractServlet(endpoints), filter, protocol);
  }
}
