/** A Spring Boot application that keeps its rows in a lake. */
@NullMarked
package org.datlake.ducklake.examples.spring;

import org.jspecify.annotations.NullMarked;
