package org.datlake.ducklake.examples.spring;

import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.HealthReport;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** The lake in {@code /actuator/health}: what the client's own probes found last, so that asking costs nothing. */
@Component
class LakeHealthIndicator implements HealthIndicator {

    private final DuckLakeClient lake;

    LakeHealthIndicator(DuckLakeClient lake) {
        this.lake = lake;
    }

    @Override
    public Health health() {
        HealthReport report = lake.health();
        Health.Builder health = report.isReady() ? Health.up() : Health.down();
        for (HealthReport.Part part : report.parts()) {
            health.withDetail(part.name(), part.reason().orElse(part.status().name()));
        }
        return health.build();
    }
}
