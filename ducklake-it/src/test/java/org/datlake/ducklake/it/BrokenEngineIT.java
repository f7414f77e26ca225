package org.datlake.ducklake.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.QueryException;
import org.datlake.ducklake.Transaction;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;

/** What an internal error of the engine does, after which no statement runs on its instance any more. */
class BrokenEngineIT {

    /** An internal error in DuckDB 1.5.5, where the parameter is a text. */
    private static final String BREAKS = "SELECT typeof($1) || $1::VARCHAR";

    @DuckLakeTest(POSTGRES_AND_S3)
    void an_engine_that_breaks_within_transactions_is_replaced_instead_of_ending_the_process(DisposableLake place) {
        try (DuckLakeClient lake = DuckLakeClient.connect(place.settings().build())) {
            lake.execute("CREATE TABLE t (i INTEGER)");

            assertThatThrownBy(() -> lake.inTransaction(other -> {
                        other.execute("INSERT INTO t VALUES (1)");
                        return lake.inTransaction(BrokenEngineIT::breakEngine);
                    }))
                    .isInstanceOf(QueryException.class);

            assertThat(lake.execute("INSERT INTO t VALUES (2)")).isEqualTo(1);
            assertThat(lake.query("SELECT i FROM t").as(Integer.class).list()).containsExactly(2);
        }
    }

    private static String breakEngine(Transaction transaction) {
        transaction.execute("INSERT INTO t VALUES (1)");
        return transaction.query(BREAKS, "text").as(String.class).one();
    }
}
