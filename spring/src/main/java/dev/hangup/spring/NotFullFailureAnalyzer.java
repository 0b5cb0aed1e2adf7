package dev.hangup.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Explains a [NotFullException].
final class NotFullFailureAnalyzer extends AbstractFailureAnalyzer<NotFullException> {
  @Override
  protected FailureAnalysis analyze(Throwable root, NotFullException cause) {
    NotFullException.Obstacle obstacle = NotFullException.obstacle();
    return new FailureAnalysis(cause.getMessage() + ": " + obstacle.cause, obstacle.remedy, cause);
  }
}
