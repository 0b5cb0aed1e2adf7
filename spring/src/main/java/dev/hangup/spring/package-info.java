/// The Spring Boot starter: requests stop when their caller hangs up.
package dev.hangup.spring;
