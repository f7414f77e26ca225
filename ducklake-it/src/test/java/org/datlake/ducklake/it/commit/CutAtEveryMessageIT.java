package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.datlake.ducklake.testing.LakeKind.POSTGRES_AND_S3;

import java.time.Duration;
import org.datlake.ducklake.CommitOutcome.Status;
import org.datlake.ducklake.testing.DisposableLake;
import org.datlake.ducklake.testing.DuckLakeTest;
import org.datlake.ducklake.testing.WireProxy.Moment;

/** The wire to PostgreSQL is cut at the n-th message of a write, for every n there is. */
class CutAtEveryMessageIT {

    private static final int ROWS = 20;
    private static final long MOST_MESSAGES = 200;

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_write_of_a_file_survives_a_cut_before_any_message(DisposableLake place) {
        assertEveryCutIsSurvived(place, 0, Moment.BEFORE_FORWARDING);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_write_of_a_file_survives_a_cut_after_any_message(DisposableLake place) {
        assertEveryCutIsSurvived(place, 0, Moment.AFTER_FORWARDING);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_write_of_inlined_rows_survives_a_cut_before_any_message(DisposableLake place) {
        assertEveryCutIsSurvived(place, 1000, Moment.BEFORE_FORWARDING);
    }

    @DuckLakeTest(POSTGRES_AND_S3)
    void a_write_of_inlined_rows_survives_a_cut_after_any_message(DisposableLake place) {
        assertEveryCutIsSurvived(place, 1000, Moment.AFTER_FORWARDING);
    }

    private static void assertEveryCutIsSurvived(DisposableLake place, int inliningLimit, Moment moment) {
        try (FaultyLake lake = new FaultyLake(place, inliningLimit, Duration.ofSeconds(30))) {
            Ledger ledger = new Ledger(ROWS);
            ledger.write("before", () -> lake.write("before", ROWS));
            long n = 1;
            boolean struck = true;
            while (struck) {
                String batch = moment + " " + n;
                int fired = lake.wire().fired();
                lake.wire().cutAtMessage(n, moment);
                ledger.write(batch, () -> lake.write(batch, ROWS));
                lake.wire().disarm();
                struck = lake.wire().fired() > fired;
                n++;
                assertThat(n).isLessThan(MOST_MESSAGES);
            }

            assertThat(n).as("messages of a write").isGreaterThan(8);
            assertThat(ledger.count(Status.COMMITTED)).as("all are run again").isEqualTo(n);
            ledger.assertTrue(lake.whole());
            Ledger.assertNoFileIsMissing(lake.whole(), place);
        }
    }
}
