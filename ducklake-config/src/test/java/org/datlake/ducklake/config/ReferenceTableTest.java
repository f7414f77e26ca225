package org.datlake.ducklake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds REFERENCE.md equal to the code, or writes it when {@code -Ddatlake.reference.write=true} is given. */
class ReferenceTableTest {

    private static final Path FILE = Path.of("REFERENCE.md");
    private static final String WRITE = "datlake.reference.write";

    @Test
    void the_reference_is_up_to_date() throws IOException {
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(FILE, ReferenceTable.markdown());
        }
        assertThat(Files.exists(FILE) ? Files.readString(FILE) : "")
                .as("REFERENCE.md is made from ConfigKey. To write it again: mvn -pl ducklake-config -am test"
                        + " -Dtest=ReferenceTableTest -Dsurefire.failIfNoSpecifiedTests=false -D" + WRITE + "=true")
                .isEqualTo(ReferenceTable.markdown());
    }

    @Test
    void each_name_has_one_row_with_all_columns() {
        for (ConfigKey key : ConfigKey.values()) {
            assertThat(ReferenceTable.markdown().lines().filter(line -> line.startsWith("| `" + key.name() + "` |")))
                    .singleElement()
                    .satisfies(row -> {
                        assertThat(row.split(" \\| ", -1)).hasSize(5);
                        assertThat(row)
                                .contains(
                                        "`" + key.key() + "`",
                                        key.meaning(),
                                        key.fallback().text());
                    });
        }
    }
}
