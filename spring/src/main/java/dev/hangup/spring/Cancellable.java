package dev.hangup.spring;

import dev.hangup.CancelPolicy;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What the hang-up of its caller does to a controller's method, or to all methods of a controller
/// that do not say otherwise.
///
/// {@snippet class="dev.hangup.spring.SnippetsTest" region="annotations"}
///
/// The nearest wins: an annotation of the method, then one of the class, then the property
/// `hangup.policies.<method>`. Where none of them is there, what streams its answer is interrupted,
/// and for the others it is [CancelPolicy#forMethod(String)]. The annotations may be inherited from
/// an interface or a superclass, and stand on annotations of your own.
///
/// Under WebFlux a pipeline is cancelled by Reactor whatever its method; there only
/// [CancelPolicy#FINISH] changes what happens: the pipeline goes on, and its answer is discarded.
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Cancellable {

  /// What is done to the work.
  ///
  /// @return the whole stop, unless said otherwise
  CancelPolicy policy() default CancelPolicy.INTERRUPT;
}
