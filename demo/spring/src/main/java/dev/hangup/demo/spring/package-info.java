/// Spring MVC as people write it, and what Hangup does to it.
package dev.hangup.demo.spring;
