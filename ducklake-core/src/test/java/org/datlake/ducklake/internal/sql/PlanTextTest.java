package org.datlake.ducklake.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlanTextTest {

    @Test
    void operators_are_told_with_what_they_work_on_and_without_values() {
        String json = """
                [{"name": "TOP_N", "children": [
                    {"name": "DUCKLAKE_SCAN", "children": [], "extra_info": {
                        "Table": "people", "Projections": ["name", "'canary'"], "Filters": "name='it''s' AND id<=2999",
                        "Estimated Cardinality": "4711", "File": "secret.parquet"}}],
                  "extra_info": {"Top": "13", "Order By": "p.\\"name\\" ASC"}}]""";
        assertThat(PlanText.of(json)).isEqualTo("""
                TOP_N; order by: p."name" ASC
                  DUCKLAKE_SCAN <10000 rows; table: people; filters: name=? AND id<=?; projections: name, ?""");
    }

    @Test
    void long_plans_are_cut_off() {
        String operator = "{\"name\": \"SCAN\", \"children\": [], \"extra_info\": {\"Table\": \"%s\"}}";
        String json = "[" + (operator.formatted("t") + ",").repeat(1000) + operator.formatted("t") + "]";
        assertThat(PlanText.of(json))
                .startsWith("SCAN; table: t\nSCAN; ")
                .endsWith("…")
                .hasSize(4001);
    }

    @Test
    void deep_plans_are_cut_off() {
        String json = "{\"name\": \"A\", \"children\": [".repeat(300) + "]}".repeat(300);
        assertThat(PlanText.of(json).lines()).hasSizeLessThan(100);
    }
}
