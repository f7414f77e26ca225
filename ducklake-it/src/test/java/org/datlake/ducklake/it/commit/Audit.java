package org.datlake.ducklake.it.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/**
 * What was found wrong in a lake, compared with what callers were told.
 *
 * @param lost batches that are there less often than their callers were told
 * @param doubled batches that are there more often than their callers were told
 * @param partial batches of which some rows are there and some are not
 * @param dangling files that the catalog points to and the store does not have
 */
record Audit(List<String> lost, List<String> doubled, List<String> partial, List<String> dangling) {

    void assertClean() {
        assertThat(this).isEqualTo(new Audit(List.of(), List.of(), List.of(), List.of()));
    }
}
