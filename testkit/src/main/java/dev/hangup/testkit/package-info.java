/// What users test their handlers with, and the contract that every engine passes.
package dev.hangup.testkit;
