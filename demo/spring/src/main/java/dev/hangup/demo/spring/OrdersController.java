package dev.hangup.demo.spring;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Takes orders, each in two steps of a second: half an order is none.
@RestController
class OrdersController {
  private static final Logger LOG = LoggerFactory.getLogger(OrdersController.class);

  private final List<String> orders = new CopyOnWriteArrayList<>();

  @PostMapping("/orders")
  String order(@RequestBody String order) throws InterruptedException {
    LOG.info("order: paying {}", order);
    TimeUnit.SECONDS.sleep(1); // stands for work
    LOG.info("order: shipping {}", order);
    TimeUnit.SECONDS.sleep(1);
    orders.add(order);
    LOG.info("order: done {}", order);
    return "done";
  }

  @GetMapping("/orders")
  List<String> orders() {
    return orders;
  }
}
