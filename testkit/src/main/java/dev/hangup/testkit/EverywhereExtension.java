package dev.hangup.testkit;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.opentest4j.TestAbortedException;

/// Runs a [CancelEverywhere] test: the invocations after the first are known only when that has
/// run, so they are handed out one by one.
final class EverywhereExtension implements TestTemplateInvocationContextProvider {

  EverywhereExtension() {}

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    int passes = context.getRequiredTestMethod().getAnnotation(CancelEverywhere.class).passes();
    if (passes < 1) {
      throw new IllegalArgumentException("passes: " + passes + " (expected: 1 or more)");
    }
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(new Runs(passes), Spliterator.ORDERED), false);
  }

  /// First the undisturbed run, then one for each point that it saw.
  private static final class Runs implements Iterator<TestTemplateInvocationContext> {
    private final int passes;
    private final Everywhere undisturbed;
    private @Nullable ArrayDeque<Everywhere.Point> left;
    private boolean begun;

    Runs(int passes) {
      this.passes = passes;
      this.undisturbed = new Everywhere(null, passes);
    }

    @Override
    public boolean hasNext() {
      return !begun || !left().isEmpty();
    }

    @Override
    public TestTemplateInvocationContext next() {
      if (!begun) {
        begun = true;
        return new Invocation(undisturbed);
      }
      Everywhere.Point point = left().poll();
      if (point == null) {
        throw new NoSuchElementException();
      }
      return new Invocation(new Everywhere(point, passes));
    }

    private ArrayDeque<Everywhere.Point> left() {
      ArrayDeque<Everywhere.Point> points = left;
      if (points == null) {
        points = new ArrayDeque<>(undisturbed.seen());
        left = points;
      }
      return points;
    }
  }

  /// One run.
  private record Invocation(Everywhere run) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return run.target().map(point -> "cancelled: " + point).orElse("not cancelled");
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new Parameter(run), new Namer(run));
    }
  }

  /// Hands the run to the test method.
  private record Parameter(Everywhere run) implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Everywhere.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return run;
    }
  }

  /// Says in each failure where the work was cancelled.
  private record Namer(Everywhere run) implements TestExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
        throws Throwable {
      if (run.target().isEmpty() || failure instanceof TestAbortedException) {
        throw failure;
      }
      throw new AssertionError(
          "cancelled: " + run.target().get() + ": " + failure.getMessage(), failure);
    }
  }
}
