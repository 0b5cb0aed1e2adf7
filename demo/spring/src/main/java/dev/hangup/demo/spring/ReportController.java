package dev.hangup.demo.spring;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// A report that takes a minute: sixty chapters of a second each.
@RestController
class ReportController {
  private static final Logger LOG = LoggerFactory.getLogger(ReportController.class);
  private static final int CHAPTERS = 60;

  @GetMapping("/report")
  String report() throws InterruptedException {
    StringBuilder report = new StringBuilder();
    int chapter = 1;
    try {
      for (; chapter <= CHAPTERS; chapter++) {
        LOG.info("report: chapter {}", chapter);
        report.append(write(chapter));
      }
      return report.toString();
    } finally {
      LOG.info("report: over at chapter {}", chapter);
    }
  }

  private static String write(int chapter) throws InterruptedException {
    TimeUnit.SECONDS.sleep(1); // stands for work
    return "Chapter " + chapter + "\n";
  }
}
