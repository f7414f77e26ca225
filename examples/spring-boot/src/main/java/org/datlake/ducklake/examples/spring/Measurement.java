package org.datlake.ducklake.examples.spring;

import java.time.Instant;

/**
 * A row of the table, and its JSON.
 *
 * @param sensor what measured
 * @param takenAt when
 * @param celsius the temperature
 */
record Measurement(String sensor, Instant takenAt, double celsius) {}
