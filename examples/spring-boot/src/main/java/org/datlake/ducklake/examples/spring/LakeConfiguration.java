package org.datlake.ducklake.examples.spring;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import org.datlake.ducklake.metrics.DuckLakeMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** The lake's one client, and what Spring makes of it. */
@Configuration(proxyBeanMethods = false)
class LakeConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(LakeConfiguration.class);

    /** Names that belong to the lake. Others of the reference, such as SERVER_PORT, have a meaning for Spring. */
    private static final Pattern OF_LAKE = Pattern.compile("ENVIRONMENT|(DB|STORAGE|DUCKDB|FEATURE_ENABLE)_[A-Z0-9_]+");

    /** Says which lake; a name that means nothing, or a value that is wrong, ends the start with all problems. */
    @Bean
    DuckLakeConfig lakeConfig(ConfigurableEnvironment environment) {
        return DuckLakeConfigLoader.isolated()
                .environment(namesOfLake(environment))
                .load();
    }

    /** Takes the lake's names from wherever Spring has them, values as they are: passwords are no templates. */
    private static Map<String, String> namesOfLake(ConfigurableEnvironment environment) {
        Map<String, String> values = new HashMap<>();
        // The strongest place comes first.
        for (PropertySource<?> place : environment.getPropertySources()) {
            if (place instanceof EnumerablePropertySource<?> readable) {
                for (String name : readable.getPropertyNames()) {
                    if (OF_LAKE.matcher(name).matches()) {
                        values.putIfAbsent(name, String.valueOf(readable.getProperty(name)));
                    }
                }
            }
        }
        return values;
    }

    @Bean
    DuckLakeMetrics lakeMetrics(MeterRegistry registry) {
        return new DuckLakeMetrics(registry);
    }

    /** Connects, or ends the start with the reason. Use {@code connectInBackground} to start without the lake. */
    @Bean(destroyMethod = "close")
    DuckLakeClient lake(DuckLakeConfig config, DuckLakeMetrics metrics) {
        config.warnings().forEach(LOG::warn);
        DuckLakeClient lake = DuckLakeClient.connect(
                config.toSettingsBuilder().listener(metrics).build());
        metrics.observe(lake);
        return lake;
    }

    /** For JdbcClient, JdbcTemplate and {@code @Transactional}. With this bean, Spring Boot puts no pool in front. */
    @Bean
    DataSource dataSource(DuckLakeClient lake) {
        return lake.dataSource();
    }
}
