/**
 * What a client does, as Micrometer meters: give {@link org.datlake.ducklake.metrics.DuckLakeMetrics} to the settings
 * as a listener, then let it observe the client. And as Micrometer observations, which become spans: give {@link
 * org.datlake.ducklake.metrics.DuckLakeObservations} to the settings as an observer.
 */
@NullMarked
package org.datlake.ducklake.metrics;

import org.jspecify.annotations.NullMarked;
